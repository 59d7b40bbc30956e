package imagegen.problem;

import jakarta.json.JsonException;
import jakarta.json.bind.JsonbException;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Which problem a failure is, for any failure there is. */
final class Diagnosis {

    /** Headers of a framework's answer that a caller needs; its body and all other headers are left behind. */
    private static final List<String> KEPT = List.of("Allow", "Accept-Post", "Accept-Patch", "Retry-After");

    private static final System.Logger LOG = System.getLogger(Diagnosis.class.getName());

    private Diagnosis() {
    }

    /** Never fails. What is not the caller's doing is logged in full under the id in {@code instance}. */
    static Problem of(Throwable failure) {
        return switch (failure) {
            case ProblemException told -> told.problem();
            case WebApplicationException framework -> of(framework);
            case JsonException malformed -> Problem.of(ProblemType.INVALID_BODY, "The body is not well-formed JSON.");
            case JsonbException malformed -> Problem.of(ProblemType.INVALID_BODY, "The body does not fit.");
            case CompletionException wrapper when wrapper.getCause() != null -> of(wrapper.getCause());
            case ExecutionException wrapper when wrapper.getCause() != null -> of(wrapper.getCause());
            case ProcessingException wrapper when aboutBody(wrapper.getCause()) -> of(wrapper.getCause());
            default -> internal(failure);
        };
    }

    private static Problem of(WebApplicationException failure) {
        var response = failure.getResponse();
        if (response.getStatus() >= 500) {
            return internal(failure);
        }
        return keepingHeaders(response, switch (failure) {
            case BadRequestException bad when aboutBody(bad.getCause()) -> of(bad.getCause());
            // A parameter that can't be converted is a 404 too, of a subclass (Jersey) or with a cause (RESTEasy).
            case WebApplicationException parameter when response.getStatus() == 404 && !plain(parameter) ->
                    Problem.of(ProblemType.INVALID_PARAMETER);
            default -> Problem.ofStatus(Math.max(400, response.getStatus()));
        });
    }

    private static boolean plain(WebApplicationException failure) {
        var type = failure.getClass();
        return failure.getCause() == null
                && (type == NotFoundException.class || type == WebApplicationException.class);
    }

    private static boolean aboutBody(Throwable cause) {
        return cause instanceof JsonException || cause instanceof JsonbException;
    }

    private static Problem keepingHeaders(Response response, Problem problem) {
        var result = problem;
        for (var name : KEPT) {
            var value = response.getHeaderString(name);
            if (value != null) {
                result = result.withHeader(name, value);
            }
        }
        return result;
    }

    static Problem internal(Throwable failure) {
        var id = UUID.randomUUID();
        LOG.log(Level.ERROR, "internal problem " + id, failure);
        return Problem.of(ProblemType.INTERNAL, "The server's log has the cause under this id.")
                .withInstance("urn:uuid:" + id);
    }
}

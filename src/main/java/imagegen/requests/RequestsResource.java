package imagegen.requests;

import static imagegen.problem.JsonP.JSON;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.access.CurrentCaller;
import imagegen.backend.BackendConfig;
import imagegen.backend.Parameters;
import imagegen.intake.Intake;
import imagegen.log.Entry;
import imagegen.problem.JsonBody;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.update.RequestId;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Submit, look and cancel. No thread of the server waits for the backend. */
@Path("image-gen/requests")
@RolesAllowed("user")
@ApplicationScoped
public class RequestsResource {
    private static final int MAX_BODY = 16 * 1024;
    // Visible ASCII, quotes included: the header is a string of a structured field to some, a bare word to others.
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final Intake intake;
    private final Attendance attendance;
    private final CurrentCaller current;
    private final Parameters parameters;

    /** For the container's proxy, and for RESTEasy, which looks for a public one before it asks CDI. */
    public RequestsResource() {
        this.intake = null;
        this.attendance = null;
        this.current = null;
        this.parameters = null;
    }

    @Inject
    public RequestsResource(Intake intake, Attendance attendance, CurrentCaller current, BackendConfig config) {
        this.intake = intake;
        this.attendance = attendance;
        this.current = current;
        this.parameters = config.parameters();
    }

    @POST
    @PermitAll
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public CompletionStage<Response> submit(
            @HeaderParam("Idempotency-Key") String idempotencyKey,
            @Context HttpServletRequest request,
            InputStream body) throws IOException {
        var caller = CurrentCaller.admitted(request);
        var key = key(idempotencyKey);
        var submission = SubmissionBody.read(JsonBody.read(body, MAX_BODY), parameters);
        // Without the host: that is the client's word
        var requests = request.getRequestURI();
        return visiting(caller, it -> intake.submit(it, submission, key)).thenApply(id -> Response.accepted()
                .location(URI.create(requests + "/" + id.value()))
                .entity(JSON.createObjectBuilder().add("request_id", id.value()).build().toString())
                .build());
    }

    @GET
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    public CompletionStage<Response> latest(
            @PathParam("id") String id, @HeaderParam("If-None-Match") String ifNoneMatch) {
        var caller = current.caller();
        var requestId = known(id);
        return visiting(caller, it -> intake.latest(it, requestId))
                .thenApply(entry -> response(entry.orElseThrow(RequestsResource::unknown), ifNoneMatch));
    }

    @DELETE
    @Path("{id}")
    public CompletionStage<Response> cancel(@PathParam("id") String id) {
        var caller = current.caller();
        var requestId = known(id);
        return visiting(caller, it -> intake.cancel(it, requestId)).thenApply(cancelled -> {
            if (!cancelled) {
                throw unknown();
            }
            return Response.noContent().build();
        });
    }

    /** Whoever calls is there for as long as the call lasts, and a little longer: their backend stream is opened. */
    private <T> CompletionStage<T> visiting(Caller caller, Function<Caller, CompletionStage<T>> call) {
        var visit = attendance.glance(caller, Set.of());
        try {
            return call.apply(caller).toCompletableFuture().copy()
                    .whenComplete((result, failure) -> visit.close())
                    .exceptionally(failure -> {
                        throw new CompletionException(BackendProblems.of(failure));
                    });
        } catch (RuntimeException e) {
            visit.close();
            throw e;
        }
    }

    private static Response response(Entry entry, String ifNoneMatch) {
        var tag = EntityTags.of(entry.json());
        var response = EntityTags.matches(ifNoneMatch, tag)
                ? Response.notModified() : Response.ok(entry.json(), MediaType.APPLICATION_JSON_TYPE);
        return response.header("ETag", tag).header("Cache-Control", "private, no-cache").build();
    }

    private static Optional<String> key(String header) {
        if (header == null) {
            return Optional.empty();
        }
        if (!KEY.matcher(header).matches()) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER,
                    "Idempotency-Key must be 1 to 255 visible ASCII characters.");
        }
        return Optional.of(header);
    }

    private static RequestId known(String id) {
        return RequestId.parse(id).orElseThrow(RequestsResource::unknown);
    }

    private static ProblemException unknown() {
        return new ProblemException(ProblemType.UNKNOWN_REQUEST);
    }
}

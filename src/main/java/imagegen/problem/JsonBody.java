package imagegen.problem;

import static imagegen.problem.JsonP.JSON;

import jakarta.json.JsonObject;
import jakarta.json.stream.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads a request's body as one JSON object without ever holding more of it than allowed. */
public final class JsonBody {

    private JsonBody() {
    }

    /**
     * @param body closed by whoever opened it
     * @throws ProblemException {@code body-too-large} past {@code maxBytes}, {@code invalid-body} for anything but one
     *         JSON object in UTF-8
     */
    public static JsonObject read(InputStream body, int maxBytes) throws IOException {
        var bytes = body.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw new ProblemException(ProblemType.BODY_TOO_LARGE, "At most " + maxBytes + " bytes are taken.");
        }
        try (var parser = JSON.createParser(new ByteArrayInputStream(bytes))) {
            if (parser.next() == JsonParser.Event.START_OBJECT) {
                var object = parser.getObject();
                if (!parser.hasNext()) {
                    return object;
                }
            }
        } catch (RuntimeException | StackOverflowError e) {
            // JSON-P names JsonException and friends, Parsson adds a bare RuntimeException for deep nesting. They quote
            // what was read, which may be somebody's prompt: no detail, no cause.
            throw new ProblemException(ProblemType.INVALID_BODY, "The body is not well-formed JSON.");
        }
        throw new ProblemException(ProblemType.INVALID_BODY, "The body must be one JSON object.");
    }
}

package imagegen.update;

import java.util.Objects;
import java.util.Optional;

/**
 * The request has ended without an image.
 *
 * @param provisional whether that is only our own guess, drawn from evidence because the backend says nothing: then it
 *                    is not terminal, and whatever the backend says of the request afterwards replaces it
 */
public record Failure(RequestId requestId, Optional<String> message, boolean provisional) implements Update {

    public Failure {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(message, "message");
    }

    /** The backend's own word. */
    public static Failure of(RequestId requestId, String message) {
        return new Failure(requestId, Optional.of(message), false);
    }

    /** Our guess, which the backend may correct. */
    public static Failure guess(RequestId requestId, String message) {
        return new Failure(requestId, Optional.of(message), true);
    }
}

package imagegen.update;

import java.util.Objects;
import java.util.Optional;

/** The request has ended without an image. */
public record Failure(RequestId requestId, Optional<String> message) implements Update {

    public Failure {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(message, "message");
    }

    public static Failure of(RequestId requestId, String message) {
        return new Failure(requestId, Optional.of(message));
    }
}

package imagegen.intake;

import java.time.Duration;

/** A user wants more of the backend than is their share. An expected outcome, so it records no stack. */
public final class TooManyCalls extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Duration retryAfter;

    TooManyCalls() {
        this(Duration.ofSeconds(1));
    }

    TooManyCalls(Duration retryAfter) {
        super("too many calls of one user", null, false, false);
        this.retryAfter = retryAfter;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter == null ? Duration.ofSeconds(1) : retryAfter;
    }
}

package imagegen.sse;

import java.time.Duration;
import java.util.Optional;

/** Where an {@link HttpEventSource} is; the way between them is drawn in {@link Lifecycle}. */
public sealed interface ConnectionState {

    /** Not yet opened. */
    record Idle() implements ConnectionState {
    }

    /** A request is under way, or a redirect is being followed. */
    record Connecting() implements ConnectionState {
    }

    /** The server has answered with an event stream. */
    record Open() implements ConnectionState {
    }

    /** The next attempt begins after {@code delay}. */
    record Waiting(Duration delay, Disruption reason) implements ConnectionState {
    }

    /** For good. The reason is empty when {@code close()} was called here. */
    record Ended(Optional<Disruption> reason) implements ConnectionState {
    }
}

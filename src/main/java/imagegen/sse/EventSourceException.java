package imagegen.sse;

import java.util.Optional;

/** What an event source has to report that is neither an event nor its orderly end. */
public final class EventSourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Disruption disruption;

    EventSourceException(Disruption disruption) {
        super(disruption.toString(), causeOf(disruption));
        this.disruption = disruption;
    }

    EventSourceException(EventStreamParser.TooLong what, EventStreamParser.Limits limits) {
        super("left out an event: " + what + " beyond " + limits);
        this.disruption = null;
    }

    /** What happened to the connection; empty when only an event was left out. */
    public Optional<Disruption> disruption() {
        return Optional.ofNullable(disruption);
    }

    private static Throwable causeOf(Disruption disruption) {
        return switch (disruption) {
            case Disruption.Broken broken -> broken.cause();
            case Disruption.Unreachable unreachable -> unreachable.cause();
            case Disruption.EndOfStream end -> null;
            case Disruption.OpenTimeout timeout -> null;
            case Disruption.Silence silence -> null;
            case Disruption.Status status -> null;
            case Disruption.NoContent none -> null;
            case Disruption.WrongContentType wrong -> null;
            case Disruption.Encoded encoded -> null;
            case Disruption.BadRedirect bad -> null;
        };
    }
}

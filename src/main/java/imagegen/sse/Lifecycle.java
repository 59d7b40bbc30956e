package imagegen.sse;

import imagegen.sse.ConnectionState.Connecting;
import imagegen.sse.ConnectionState.Ended;
import imagegen.sse.ConnectionState.Idle;
import imagegen.sse.ConnectionState.Open;
import imagegen.sse.ConnectionState.Waiting;
import java.util.Optional;

/**
 * The states of an event source, as a value: a signal makes the next one, or the same one where the signal means
 * nothing.
 *
 * <pre>
 *              Start                 Accepted
 *      Idle ----------> Connecting ------------> Open
 *                        ^     |                  |
 *                    Due |     | Disrupted        | Disrupted
 *                        |     v                  |
 *                       Waiting &lt;-----------------+      where the policy says to retry;
 *                                                         to Ended where it gives up
 *
 *      Close leads from every state to Ended, and nothing leads out of it.
 * </pre>
 */
record Lifecycle(ConnectionState state, ReconnectPolicy policy) {

    /** What can happen to a source. */
    sealed interface Signal {

        /** open() was called. */
        record Start() implements Signal {
        }

        /** The server has answered with an event stream. */
        record Accepted() implements Signal {
        }

        /** The connection was disrupted, or did not come about. */
        record Disrupted(Disruption disruption, ReconnectPolicy.Life life) implements Signal {
        }

        /** The delay is over. */
        record Due() implements Signal {
        }

        /** close() was called. */
        record Close() implements Signal {
        }
    }

    static Lifecycle of(ReconnectPolicy policy) {
        return new Lifecycle(new Idle(), policy);
    }

    Lifecycle on(Signal signal) {
        return switch (state) {
            case Idle idle -> switch (signal) {
                case Signal.Start start -> to(new Connecting());
                case Signal.Close close -> to(new Ended(Optional.empty()));
                case Signal.Accepted accepted -> this;
                case Signal.Disrupted disrupted -> this;
                case Signal.Due due -> this;
            };
            case Connecting connecting -> switch (signal) {
                case Signal.Accepted accepted -> to(new Open());
                case Signal.Disrupted disrupted -> after(disrupted);
                case Signal.Close close -> to(new Ended(Optional.empty()));
                case Signal.Start start -> this;
                case Signal.Due due -> this;
            };
            case Open open -> switch (signal) {
                case Signal.Disrupted disrupted -> after(disrupted);
                case Signal.Close close -> to(new Ended(Optional.empty()));
                case Signal.Start start -> this;
                case Signal.Accepted accepted -> this;
                case Signal.Due due -> this;
            };
            case Waiting waiting -> switch (signal) {
                case Signal.Due due -> to(new Connecting());
                case Signal.Close close -> to(new Ended(Optional.empty()));
                case Signal.Start start -> this;
                case Signal.Accepted accepted -> this;
                case Signal.Disrupted disrupted -> this;
            };
            case Ended ended -> this;
        };
    }

    private Lifecycle to(ConnectionState next) {
        return new Lifecycle(next, policy);
    }

    private Lifecycle after(Signal.Disrupted disrupted) {
        return switch (policy.decide(disrupted.disruption(), disrupted.life())) {
            case ReconnectPolicy.Decision.Retry retry ->
                    new Lifecycle(new Waiting(retry.delay(), disrupted.disruption()), retry.next());
            case ReconnectPolicy.Decision.GiveUp giveUp -> to(new Ended(Optional.of(disrupted.disruption())));
        };
    }
}

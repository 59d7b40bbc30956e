package imagegen.sse;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether and when to connect again. A value: what it has learnt is in the policy that it returns for the next time, so
 * one instance may serve any number of sources.
 */
public interface ReconnectPolicy {

    Decision decide(Disruption disruption, Life life);

    /**
     * What the connection had been before it was disrupted.
     *
     * @param open for how long it was open, zero if it never was
     * @param events how many events it brought
     * @param asked the reconnection time in force: the last {@code retry} field, or what the builder was given
     */
    record Life(Duration open, long events, Optional<Duration> asked) {
    }

    sealed interface Decision {

        record Retry(Duration delay, ReconnectPolicy next) implements Decision {
        }

        record GiveUp() implements Decision {
        }
    }
}

package imagegen.backend;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What the latest dealings with the backend say about its health. Safe for any thread, and cheap. */
public final class Reach {

    /**
     * One observation.
     *
     * @param reason why the backend counts as down; empty while it is up
     */
    public record Evidence(Optional<String> reason, Instant at) {
        public boolean up() {
            return reason.isEmpty();
        }
    }

    private final Clock clock;
    private final AtomicReference<Evidence> latest = new AtomicReference<>();

    public Reach(Clock clock) {
        this.clock = clock;
    }

    /** It answered, with whatever does not say that it is out of order. */
    public void answered() {
        latest.set(new Evidence(Optional.empty(), clock.instant()));
    }

    /** It could not be reached, did not answer in time, or said that it can't serve. */
    public void failed(String reason) {
        latest.set(new Evidence(Optional.of(reason), clock.instant()));
    }

    /** Empty before the first dealing with it. */
    public Optional<Evidence> latest() {
        return Optional.ofNullable(latest.get());
    }

    /** Whether nothing has been learned for that long. */
    boolean olderThan(Duration age) {
        return latest().map(it -> !it.at().plus(age).isAfter(clock.instant())).orElse(true);
    }
}

package imagegen.backend;

import imagegen.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What the latest dealings with the backend say about its health. Safe for any thread, and cheap. */
public final class Reach {

    /**
     * One observation.
     *
     * @param reason why the backend counts as down; empty while it is up
     * @param at     in the nanoseconds of {@link Time#nanos}
     */
    public record Evidence(Optional<String> reason, long at) {
        public boolean up() {
            return reason.isEmpty();
        }
    }

    private final Time time;
    private final AtomicReference<Evidence> latest = new AtomicReference<>();

    public Reach(Time time) {
        this.time = time;
    }

    /** It answered, with whatever does not say that it is out of order. */
    public void answered() {
        latest.set(new Evidence(Optional.empty(), time.nanos()));
    }

    /** It could not be reached, did not answer in time, or said that it can't serve. */
    public void failed(String reason) {
        latest.set(new Evidence(Optional.of(reason), time.nanos()));
    }

    /** Empty before the first dealing with it. */
    public Optional<Evidence> latest() {
        return Optional.ofNullable(latest.get());
    }

    /** Whether nothing has been learned for that long. */
    boolean olderThan(Duration age) {
        return latest().map(it -> time.passed(age, it.at())).orElse(true);
    }
}

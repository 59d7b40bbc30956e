package imagegen.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What is open when the server goes, ended one after another, spread evenly over the time there is. */
public final class Drain {

    private final List<Runnable> ends;
    private final long began;
    private final long pause;
    private int next;

    /** @param now monotonic nanoseconds, as of {@link #step} */
    Drain(List<Runnable> ends, Duration over, long now) {
        this.ends = ends;
        this.began = now;
        this.pause = ends.isEmpty() ? 0 : over.toNanos() / ends.size();
    }

    /**
     * Ends whatever is due.
     *
     * @return how long to wait before the next step; empty once there is nothing left to wait for
     */
    public Optional<Duration> step(long now) {
        while (next < ends.size() && now - due(next) >= 0) {
            ends.get(next).run();
            next++;
        }
        // After the last one as well: its farewell needs a moment to travel
        long ahead = due(next) - now;
        return ahead > 0 ? Optional.of(Duration.ofNanos(ahead)) : Optional.empty();
    }

    private long due(int index) {
        return began + pause * index;
    }
}

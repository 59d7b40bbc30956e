package imagegen.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The two times there are. The calendar's is for what others have dated, such as tokens: it may jump, either way. The
 * monotonic one is for everything that lasts: only its differences mean anything, and no setting of a clock moves it.
 * Any thread.
 */
public interface Time extends InstantSource {

    /** Time that only ever passes, in nanoseconds from anywhere, as {@link System#nanoTime}. */
    long nanos();

    /** Whether that much time has gone by since a value of {@link #nanos}. */
    default boolean passed(Duration duration, long sinceNanos) {
        return nanos() - sinceNanos >= duration.toNanos();
    }

    /** What this machine's clocks say. */
    static Time system() {
        return new Time() {
            @Override
            public Instant instant() {
                return Instant.now();
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }
        };
    }
}

package imagegen.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The two times there are: the calendar's, for tokens, and a monotonic one, for everything that lasts. The latter is
 * the one that the logs count in, and only its differences mean anything.
 */
record Time(Clock clock, LongSupplier nanoTime) {

    static Time system() {
        return new Time(Clock.systemUTC(), System::nanoTime);
    }

    Instant now() {
        return clock.instant();
    }

    long nanos() {
        return nanoTime.getAsLong();
    }

    /** Whether that much time has gone by since. */
    boolean passed(Duration duration, long sinceNanos) {
        return nanos() - sinceNanos >= duration.toNanos();
    }
}

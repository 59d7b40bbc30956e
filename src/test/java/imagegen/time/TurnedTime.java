package imagegen.time;

import java.time.Duration;
import java.time.Instant;

/** Both times, turned by the test; the calendar's can also be set, as an operator or NTP may do. */
public final class TurnedTime implements Time {
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private long nanos = 1_000_000_000_000L;

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /** Time goes by. */
    public void pass(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }

    /** The wall clock is set forward, or back by a negative duration; no time goes by. */
    public void jump(Duration duration) {
        now = now.plus(duration);
    }
}

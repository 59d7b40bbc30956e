package imagegen.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Both times, turned by the test. */
final class TurnedTime {
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private long nanos = 1_000_000_000_000L;

    Time time() {
        return new Time(new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        }, () -> nanos);
    }

    Instant now() {
        return now;
    }

    long nanos() {
        return nanos;
    }

    void pass(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }
}

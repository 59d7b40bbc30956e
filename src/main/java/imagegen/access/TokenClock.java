package imagegen.access;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Tells when tokens end. Tests bring their own two clocks. */
@ApplicationScoped
public class TokenClock {

    private final InstantSource wall;
    private final LongSupplier nanos;

    public TokenClock() {
        this(InstantSource.system(), System::nanoTime);
    }

    /**
     * @param wall what the date is
     * @param nanos time that only ever passes, like {@link System#nanoTime()}
     */
    public TokenClock(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
    }

    public Instant now() {
        return wall.instant();
    }

    /** Starts to count from now. */
    public Deadline deadline(Caller caller) {
        return new Deadline(caller.expiresAt(), wall, nanos);
    }

    /**
     * The end of one token: the earlier of what the wall clock says and what has really passed since the token was
     * accepted. So a clock that is set back keeps no connection alive. Cheap enough to be asked at every tick.
     */
    public static final class Deadline {

        private final Instant expiresAt;
        private final InstantSource wall;
        private final LongSupplier nanos;
        private final long end;

        private Deadline(Instant expiresAt, InstantSource wall, LongSupplier nanos) {
            this.expiresAt = expiresAt;
            this.wall = wall;
            this.nanos = nanos;
            this.end = nanos.getAsLong() + untilWallSays();
        }

        public Instant expiresAt() {
            return expiresAt;
        }

        /** Zero or less once the token has ended. */
        public Duration left() {
            return Duration.ofNanos(nanosLeft());
        }

        public boolean passed() {
            return nanosLeft() <= 0;
        }

        public long nanosLeft() {
            return Math.min(end - nanos.getAsLong(), untilWallSays());
        }

        // A century is as good as for ever, and can be counted in nanoseconds.
        private long untilWallSays() {
            var now = wall.instant();
            var seconds = Math.clamp(expiresAt.getEpochSecond() - now.getEpochSecond(), -CENTURY, CENTURY);
            return TimeUnit.SECONDS.toNanos(seconds) + expiresAt.getNano() - now.getNano();
        }

        private static final long CENTURY = 100L * 365 * 24 * 60 * 60;
    }
}

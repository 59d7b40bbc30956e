package imagegen.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import imagegen.time.Time;
import java.time.Duration;
import java.util.Optional;

/**
 * So many per minute of each party: all at once if they have been saved up, then evenly. A party that has not asked for
 * a minute is not remembered, and needs not be. Any thread; nothing blocks.
 */
public final class Quota {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    // A bound against an invention of parties; whoever is forgotten early has their minute anew.
    private static final int MAX_PARTIES = 200_000;

    private final Time time;
    private final long each;
    /** When each party will have paid for what it has had: the generic cell rate algorithm of ITU-T I.371. */
    private final Cache<String, Long> paid;

    /** @param perMinute at least 1 */
    public Quota(Time time, int perMinute) {
        this.time = time;
        this.each = MINUTE.toNanos() / perMinute;
        this.paid = Caffeine.newBuilder().ticker(time::nanos).executor(Runnable::run)
                .expireAfterWrite(MINUTE.plusSeconds(1)).maximumSize(MAX_PARTIES).build();
    }

    /** Takes one. Empty where it was granted; else how long to wait for the next, and nothing was taken. */
    public Optional<Duration> take(String party) {
        var now = time.nanos();
        var wait = new long[1];
        paid.asMap().compute(party, (key, until) -> {
            var from = until == null || until - now < 0 ? now : until;
            wait[0] = from + each - now - MINUTE.toNanos();
            return wait[0] > 0 ? from : from + each;
        });
        return wait[0] > 0 ? Optional.of(Duration.ofNanos(wait[0])) : Optional.empty();
    }
}

package imagegen.intake;

import imagegen.time.Time;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Says each kind of trouble once per interval, and with the next saying how often it came meanwhile. So a backend that
 * sends garbage thousands of times a second fills no disk. Safe for any thread; the suppressed path takes no lock.
 *
 * <p>Kinds are from a small fixed set, since each is remembered for good.
 */
final class RateLimitedLog {
    private final System.Logger logger;
    private final Time time;
    private final Duration interval;
    private final ConcurrentMap<String, Kind> kinds = new ConcurrentHashMap<>();

    RateLimitedLog(System.Logger logger, Time time, Duration interval) {
        this.logger = logger;
        this.time = time;
        this.interval = interval;
    }

    /** @param message made only if it is going to be written; holds no token and no prompt */
    void warn(String kind, Supplier<String> message) {
        warn(kind, message, null);
    }

    /** @param failure written with its stack; null for none */
    void warn(String kind, Supplier<String> message, Throwable failure) {
        var known = kinds.get(kind);
        if (known == null) {
            var mine = new Kind(time.nanos());
            known = kinds.putIfAbsent(kind, mine);
            if (known == null) {
                logger.log(Level.WARNING, message.get(), failure);
                return;
            }
        }
        var said = known.said.get();
        if (time.passed(interval, said) && known.said.compareAndSet(said, time.nanos())) {
            var more = known.suppressed.sumThenReset();
            logger.log(Level.WARNING, message.get()
                    + (more == 0 ? "" : " (and " + more + " more like it before)"), failure);
        } else {
            known.suppressed.increment();
        }
    }

    private static final class Kind {
        private final AtomicLong said;
        private final LongAdder suppressed = new LongAdder();

        private Kind(long now) {
            said = new AtomicLong(now);
        }
    }
}

package imagegen.sse;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks at every connection once in a while, so that none of them needs a timer of its own. It rests while there are
 * none.
 */
final class Watchdog {

    /** What is looked at; {@code check} must not block. */
    interface Watched {
        void check(long nowNanos);
    }

    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());

    private final Timer timer;
    private final Duration interval;
    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ticking = new AtomicBoolean();

    Watchdog(Timer timer, Duration interval) {
        this.timer = timer;
        this.interval = interval;
    }

    void watch(Watched one) {
        watched.add(one);
        tickLater();
    }

    void forget(Watched one) {
        watched.remove(one);
    }

    int size() {
        return watched.size();
    }

    private void tickLater() {
        if (ticking.compareAndSet(false, true)) {
            try {
                timer.after(interval, this::tick);
            } catch (RejectedExecutionException e) {
                // The application is going down, and the connections with it.
                ticking.set(false);
            }
        }
    }

    private void tick() {
        long now = timer.nanos();
        watched.forEach(one -> look(one, now));
        ticking.set(false);
        if (!watched.isEmpty()) {
            tickLater();
        }
    }

    private static void look(Watched one, long now) {
        try {
            one.check(now);
        } catch (RuntimeException | Error e) {
            // It costs the others nothing: they are looked at as before.
            LOG.log(Level.ERROR, "a connection could not be looked at", e);
        }
    }
}

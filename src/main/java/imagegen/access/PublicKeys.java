package imagegen.access;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The issuer's keys as they are now. They are read anew in the background from time to time, and when a token names one
 * that is not among them; while that fails, those of the last time go on to serve.
 *
 * <p>Any thread. Whoever asks waits for a reading only where no answer could be given without it, at most
 * {@link #PATIENCE}, and never more than {@link #WAITING} at once: the others are told to come again.
 */
final class PublicKeys {

    /** How old keys may be before they are read again. */
    static final Duration FRESH = Duration.ofMinutes(5);

    /** A flood of tokens with made-up keys asks the issuer no more often than that. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    static final int WAITING = 2;
    private static final System.Logger LOG = System.getLogger(PublicKeys.class.getName());

    private final KeySource source;
    private final Consumer<Runnable> background;
    private final LongSupplier nanos;
    private final Duration patience;
    private final Semaphore waiting = new Semaphore(WAITING);
    private volatile Optional<Keys> keys = Optional.empty();

    /** Guarded by this. */
    private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);
    private boolean started;
    private long startedAt;
    private boolean failing;

    /**
     * @param background runs what may block for some seconds, one at a time
     * @param nanos time that only ever passes, like {@link System#nanoTime()}
     */
    PublicKeys(KeySource source, Consumer<Runnable> background, LongSupplier nanos) {
        this(source, background, nanos, PATIENCE);
    }

    PublicKeys(KeySource source, Consumer<Runnable> background, LongSupplier nanos, Duration patience) {
        this.patience = patience;
        this.source = source;
        this.background = background;
        this.nanos = nanos;
    }

    /** What there is to verify with; empty while nothing could be read yet. */
    Optional<Keys> now() {
        if (source.changes() && due(FRESH)) {
            read();
        }
        if (keys.isEmpty()) {
            await(due(PAUSE) ? read() : current());
        }
        return keys;
    }

    /** Keys that came after {@code known}, in which somebody looked in vain; the same where there are none. */
    Keys after(Keys known) {
        if (now().filter(known::equals).isPresent() && source.changes()) {
            await(due(PAUSE) ? read() : current());
        }
        return keys.orElse(known);
    }

    /** Whether an answer of the issuer is under way: what can't be verified now may be a moment later. */
    boolean reading() {
        return !current().isDone();
    }

    private synchronized CompletableFuture<Void> current() {
        return reading;
    }

    private synchronized boolean due(Duration after) {
        return reading.isDone() && (!started || nanos.getAsLong() - startedAt >= after.toNanos());
    }

    private CompletableFuture<Void> read() {
        CompletableFuture<Void> done;
        synchronized (this) {
            if (!reading.isDone()) {
                return reading;
            }
            started = true;
            startedAt = nanos.getAsLong();
            done = new CompletableFuture<>();
            reading = done;
        }
        background.accept(() -> {
            try {
                take(Keys.parse(source.read()));
            } catch (IOException | RuntimeException e) {
                failed(e);
            } finally {
                done.complete(null);
            }
        });
        return done;
    }

    private synchronized void take(Keys fresh) {
        if (failing) {
            LOG.log(Level.INFO, "the keys that tokens are verified with can be read again");
        }
        failing = false;
        // The same instance as long as they are the same: what was verified with them stays verified.
        if (keys.filter(fresh::equals).isEmpty()) {
            keys = Optional.of(fresh);
        }
    }

    private synchronized void failed(Exception e) {
        if (!failing) {
            LOG.log(Level.WARNING, "the keys that tokens are verified with can''t be read, {0}: {1}",
                    keys.isPresent() ? "going on with the last ones" : "so no token is accepted", e.toString());
        }
        failing = true;
    }

    private void await(CompletableFuture<Void> done) {
        if (done.isDone() || !waiting.tryAcquire()) {
            return;
        }
        try {
            done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            // The next one to ask may find them.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a reading only ever ends", e);
        } finally {
            waiting.release();
        }
    }
}

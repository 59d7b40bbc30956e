package imagegen.backend;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Runs blocking calls on an executor's threads: so many at a time, so many waiting in order, the rest refused at once.
 * Two lanes over one executor keep supervision from starving callers.
 */
final class Lane {
    private final Executor executor;
    private final int width;
    private final int maxWaiting;

    // guarded by this
    private final Queue<Turn<?>> waiting = new ArrayDeque<>();
    private int running;

    Lane(Executor executor, int width, int maxWaiting) {
        this.executor = executor;
        this.width = width;
        this.maxWaiting = maxWaiting;
    }

    /** The call's outcome; {@link BackendException.Unavailable} if it could not even be queued. Never blocks. */
    <T> CompletionStage<T> run(Supplier<T> call) {
        var outcome = new CompletableFuture<T>();
        var turn = new Turn<>(call, outcome);
        synchronized (this) {
            if (running == width) {
                if (waiting.size() == maxWaiting) {
                    outcome.completeExceptionally(new BackendException.Unavailable(
                            "too many calls wait for the image backend", Optional.empty(), null));
                } else {
                    waiting.add(turn);
                }
                return outcome;
            }
            running++;
        }
        start(turn);
        return outcome;
    }

    private void start(Turn<?> turn) {
        var next = turn;
        while (next != null) {
            try {
                executor.execute(next);
                return;
            } catch (RejectedExecutionException e) {
                next.reject(e);
                next = release();
            }
        }
    }

    /** Gives the place to whoever waits longest; null, and the place is free, if nobody does. */
    private synchronized Turn<?> release() {
        var next = waiting.poll();
        if (next == null) {
            running--;
        }
        return next;
    }

    private final class Turn<T> implements Runnable {
        private final Supplier<T> call;
        private final CompletableFuture<T> outcome;

        private Turn(Supplier<T> call, CompletableFuture<T> outcome) {
            this.call = call;
            this.outcome = outcome;
        }

        @Override
        public void run() {
            T result = null;
            Throwable failure = null;
            try {
                result = call.get();
            } catch (Throwable e) {
                failure = e;
            }
            // The place is given on before the outcome is told: whoever hears of it may want to call again.
            var next = release();
            if (next != null) {
                start(next);
            }
            if (failure == null) {
                outcome.complete(result);
            } else {
                outcome.completeExceptionally(failure);
            }
        }

        private void reject(RejectedExecutionException cause) {
            outcome.completeExceptionally(new BackendException.Unavailable(
                    "the calls' executor takes no work", Optional.empty(), cause));
        }
    }
}

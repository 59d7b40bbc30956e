package imagegen.sse;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs tasks in the order in which they were posted, one at a time, on threads that it borrows from an executor while
 * there is something to do. What one task wrote, the next one sees.
 */
final class Mailbox {

    private final Executor executor;
    private final Consumer<Throwable> onFailure;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private volatile Thread runner;

    /** @param onFailure gets what a task threw */
    Mailbox(Executor executor, Consumer<Throwable> onFailure) {
        this.executor = executor;
        this.onFailure = onFailure;
    }

    void post(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() > 0) {
            return;
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException | Error e) {
            // The application is going down, or overloaded, or out of threads: what has to be said and freed still is,
            // from here. Were it left, nothing that is posted later would ever run.
            drain();
        }
    }

    boolean isRunningHere() {
        return runner == Thread.currentThread();
    }

    private void drain() {
        do {
            runner = Thread.currentThread();
            try {
                tasks.poll().run();
            } catch (RuntimeException | Error e) {
                // One bad task must not leave the others unread for ever.
                failed(e);
            }
            runner = null;
        } while (pending.decrementAndGet() > 0);
    }

    private void failed(Throwable failure) {
        try {
            onFailure.accept(failure);
        } catch (RuntimeException | Error again) {
            // Out of memory, for one, twice: there is nothing left to say it with.
        }
    }
}

package imagegen.sse;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Time, as far as event sources need it; tests turn it by hand. */
interface Timer {

    /** Like {@link System#nanoTime()}. */
    long nanos();

    /**
     * Runs the task once, later, on a thread that it must not block.
     *
     * @return cancels the task if it has not begun
     * @throws RejectedExecutionException when the timer has been shut down
     */
    Runnable after(Duration delay, Runnable task);

    static Timer on(ScheduledExecutorService scheduler) {
        return new Timer() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Runnable after(Duration delay, Runnable task) {
                var future = scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> future.cancel(false);
            }
        };
    }
}

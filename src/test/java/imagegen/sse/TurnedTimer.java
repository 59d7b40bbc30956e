package imagegen.sse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** Time that stands still until the test turns it. */
final class TurnedTimer implements Timer {

    private record Task(long due, Runnable action) {
    }

    private final List<Task> tasks = new ArrayList<>();
    private long now = -5_000_000_000L;
    private boolean shutDown;

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized Runnable after(Duration delay, Runnable action) {
        if (shutDown) {
            throw new RejectedExecutionException("shut down");
        }
        var task = new Task(now + delay.toNanos(), action);
        tasks.add(task);
        return () -> forget(task);
    }

    /** Runs on the test's thread, in the order of time, what becomes due. */
    void turn(Duration by) {
        long until = nanos() + by.toNanos();
        while (true) {
            Task next;
            synchronized (this) {
                next = tasks.stream().filter(task -> task.due <= until).min(Comparator.comparingLong(Task::due))
                        .orElse(null);
                if (next == null) {
                    now = until;
                    return;
                }
                tasks.remove(next);
                now = Math.max(now, next.due);
            }
            next.action.run();
        }
    }

    synchronized int pending() {
        return tasks.size();
    }

    synchronized void shutDown() {
        shutDown = true;
    }

    private synchronized void forget(Task task) {
        tasks.remove(task);
    }
}

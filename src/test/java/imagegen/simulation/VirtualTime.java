package imagegen.simulation;

import imagegen.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** Time that passes when it is told to, and everything that waits for it: timers, executors, answers under way. */
final class VirtualTime implements Time, Executor {

    private record Event(long at, long order, Runnable task) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private Instant wall = Instant.parse("2026-11-23T10:00:00Z");
    private long nanos = 1_000_000_000_000L;
    private long order;
    private int recurring;
    private int stride = 1;

    @Override
    public Instant instant() {
        return wall;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /** Sets the wall clock, forward or back; no time goes by. */
    void jump(Duration by) {
        wall = wall.plus(by);
    }

    void after(Duration delay, Runnable task) {
        after(delay.toNanos(), task);
    }

    private void after(long delay, Runnable task) {
        events.add(new Event(nanos + delay, order++, task));
    }

    /** @param going asked before each turn; the first time that it says no is the end */
    void every(Duration period, BooleanSupplier going, Runnable task) {
        recurring++;
        again(period.toNanos(), going, task);
    }

    // In nanoseconds: most of a simulation's hours are ticks, and a Duration is multiplied by way of BigDecimal
    private void again(long period, BooleanSupplier going, Runnable task) {
        after(period * stride, () -> {
            if (going.getAsBoolean()) {
                again(period, going, task);
                task.run();
            } else {
                recurring--;
            }
        });
    }

    /** From now on, what comes again and again comes only that often: for long times in which nothing happens. */
    void strides(int times) {
        stride = times;
    }

    @Override
    public void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    /** Lets time pass, and whatever was waiting for it happen at its time. */
    void pass(Duration duration) {
        long until = nanos + duration.toNanos();
        while (!events.isEmpty() && events.peek().at - until <= 0) {
            Event next = events.remove();
            moveTo(next.at);
            next.task.run();
        }
        moveTo(until);
    }

    private void moveTo(long then) {
        wall = wall.plusNanos(then - nanos);
        nanos = then;
    }

    /** What waits for its time, beside what comes again and again. */
    int pending() {
        return events.size() - recurring;
    }
}

package imagegen.delivery;

import imagegen.access.Attendance.Visit;
import imagegen.access.TokenClock.Deadline;
import imagegen.log.Entry;
import imagegen.log.Reader;
import imagegen.log.Reading;
import imagegen.log.Resumption;
import imagegen.rollout.Transport;
import imagegen.telemetry.TransportMeter;
import imagegen.time.Time;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One open stream: moves updates from a reader to an outlet.
 *
 * <p>{@link #signal} may come from any thread: an append, the outlet that became ready, the tick. Whoever comes first
 * does the work, the others leave it a note to look again; so there is no lock, no queue of updates and no thread of
 * its own, and a live update is written by the thread that appended it.
 */
public final class Subscription {

    private static final System.Logger LOG = System.getLogger(Subscription.class.getName());

    private final Transport transport;
    private final Visit visit;
    private final TransportMeter meter;
    private final Runnable onEnded;
    private final Time time;
    private final long openedAt;

    /** Above 0: somebody is moving updates; more than what they began with: there was a signal since. */
    private final AtomicInteger signals = new AtomicInteger(1);
    private final Queue<Notice> notices = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Farewell> farewell = new AtomicReference<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean beatDue;

    // Set by start, before anything is moved
    private Outlet outlet;
    private volatile Reader reader;

    // The thread that moves updates
    private boolean saidFarewell;

    // The tick, and a renewal
    volatile Deadline deadline;
    volatile boolean warned;

    // The tick, and the thread that opens the subscription before its first tick
    long choiceVersion;
    long moveDue;
    /** After how many quiet nanoseconds the next heartbeat is due. */
    long beatAfter;
    /** When something was sent last: written by the thread that moves updates, read by the tick. */
    private volatile long sentAt;

    private record Farewell(CloseReason reason, Notice notice) {
    }

    /**
     * @param time    the one that the log counts in
     * @param onEnded  told once, at the end
     */
    Subscription(Transport transport, Visit visit, TransportMeter meter, Time time,
                 Runnable onEnded) {
        this.transport = transport;
        this.visit = visit;
        this.meter = meter;
        this.time = time;
        this.onEnded = onEnded;
        this.openedAt = time.nanos();
        this.sentAt = openedAt;
    }

    /** Begins, with that to be said first; to be called once. The outlet may be over by now. */
    void start(Outlet newOutlet, Reader newReader, Notice hello) {
        outlet = newOutlet;
        reader = newReader;
        notices.add(hello);
        if (over()) {
            newReader.close();
        }
        move(1);
    }

    /** There may be something to move now. */
    public void signal() {
        if (signals.getAndIncrement() == 0) {
            move(1);
        }
    }

    private void move(int seen) {
        int missed = seen;
        do {
            if (!over()) {
                moveAll();
            }
            missed = signals.addAndGet(-missed);
        } while (missed != 0);
    }

    /** Throws nothing: whoever has signalled has its own work to do, and the next signal must find nobody at it. */
    private void moveAll() {
        try {
            boolean moved = false;
            while (!saidFarewell && outlet.ready() && sendNext()) {
                moved = true;
            }
            if (moved) {
                sentAt = time.nanos();
            }
            outlet.flush();
            if (saidFarewell) {
                outlet.close(farewell.get().reason());
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void fail(Throwable failure) {
        try {
            LOG.log(Level.ERROR, "a delivery failed", failure);
            outlet.close(CloseReason.FAILED);
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        } finally {
            ended(CloseReason.FAILED);
        }
    }

    private boolean sendNext() {
        Notice notice = notices.poll();
        if (notice != null) {
            outlet.send(notice);
            return true;
        }
        Farewell last = farewell.get();
        if (last != null) {
            outlet.send(last.notice());
            saidFarewell = true;
            return true;
        }
        Optional<Reading> next = reader.next();
        if (next.isEmpty()) {
            return beat();
        }
        beatDue = false;
        switch (next.get()) {
            case Entry entry -> {
                outlet.send(reader.cursor(), entry);
                count(entry);
            }
            case Resumption verdict -> {
                outlet.send(Notice.of(verdict));
                meter.resumed(Notice.word(verdict));
            }
        }
        return true;
    }

    private boolean beat() {
        if (!beatDue) {
            return false;
        }
        beatDue = false;
        outlet.send(Notice.HEARTBEAT);
        return true;
    }

    /** What lay in the log when the stream was opened waited for its reader, not for us. */
    private void count(Entry entry) {
        if (entry.appendedAt() - openedAt > 0) {
            meter.delivered(time.nanos() - entry.appendedAt());
        } else {
            meter.replayed(1);
        }
    }

    /** Tells the subscriber, in its turn. */
    void tell(Notice notice) {
        notices.add(notice);
        signal();
    }

    /** Sends a heartbeat, unless there is something better to send. Again is fine: they don't pile up. */
    void sendHeartbeat() {
        beatDue = true;
        signal();
    }

    /**
     * Ends the stream after what is on its way and one last notice. A client that takes nothing is not waited for: it
     * is cut at once.
     */
    void end(CloseReason reason, Notice last) {
        if (farewell.compareAndSet(null, new Farewell(reason, last))) {
            signal();
            if (outlet.stalledFor(time.nanos()) > 0) {
                outlet.close(reason);
            }
        }
    }

    /** As {@link #end}, before the stream has begun. */
    void endAtOnce(CloseReason reason, Notice last) {
        farewell.compareAndSet(null, new Farewell(reason, last));
    }

    /** Cuts the stream without a word. */
    void cut(CloseReason reason) {
        outlet.close(reason);
    }

    /** The outlet is over, whoever ended it; only the first word counts. */
    public void ended(CloseReason reason) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        Reader open = reader;
        if (open != null) {
            open.close();
        }
        visit.close();
        meter.closed(reason.wireName(), time.nanos() - openedAt);
        onEnded.run();
    }

    boolean over() {
        return ended.get();
    }

    boolean ending() {
        return over() || farewell.get() != null;
    }

    /** For how many nanoseconds nothing has been sent. */
    long quietFor(long now) {
        return now - sentAt;
    }

    long stalledFor(long now) {
        return outlet.stalledFor(now);
    }

    Transport transport() {
        return transport;
    }

    Visit visit() {
        return visit;
    }
}

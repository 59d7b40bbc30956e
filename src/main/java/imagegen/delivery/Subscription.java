package imagegen.delivery;

import imagegen.access.Attendance.Visit;
import imagegen.access.TokenClock.Deadline;
import imagegen.log.Entry;
import imagegen.log.Reader;
import imagegen.log.Reading;
import imagegen.log.Resumption;
import imagegen.rollout.Transport;
import imagegen.telemetry.TransportMeter;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One open stream: moves updates from a reader to an outlet.
 *
 * <p>{@link #signal} may come from any thread: an append, the outlet that became ready, the tick. Whoever comes first
 * does the work, the others leave it a note to look again; so there is no lock, no queue of updates and no thread of
 * its own, and a live update is written by the thread that appended it.
 */
public final class Subscription {

    private final Transport transport;
    private final Visit visit;
    private final TransportMeter meter;
    private final Consumer<Subscription> onEnded;
    private final long openedAt = System.nanoTime();

    /** Above 0: somebody is moving updates; more than what they began with: there was a signal since. */
    private final AtomicInteger signals = new AtomicInteger(1);
    private final Queue<Notice> notices = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Farewell> farewell = new AtomicReference<>();
    private volatile boolean over;

    // Set by start, before anything is moved
    private Outlet outlet;
    private volatile Reader reader;

    // The thread that moves updates
    private boolean saidFarewell;

    // The tick, and a renewal
    volatile Deadline deadline;
    volatile boolean warned;

    // The tick, and the thread that opens the subscription before its first tick
    long heartbeatDue;
    long sentAtHeartbeat;
    long moveDue;
    /** How much was sent: written by the thread that moves updates, read by the tick. */
    private volatile long sent;

    private record Farewell(CloseReason reason, Notice notice) {
    }

    Subscription(Transport transport, Visit visit, TransportMeter meter, Consumer<Subscription> onEnded) {
        this.transport = transport;
        this.visit = visit;
        this.meter = meter;
        this.onEnded = onEnded;
    }

    /** Begins; to be called once. The outlet may be over by now. */
    void start(Outlet newOutlet, Reader newReader) {
        outlet = newOutlet;
        reader = newReader;
        if (over) {
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
            if (!over) {
                moveAll();
            }
            missed = signals.addAndGet(-missed);
        } while (missed != 0);
    }

    private void moveAll() {
        try {
            int moved = 0;
            while (!saidFarewell && outlet.ready() && sendNext()) {
                moved++;
            }
            if (moved > 0) {
                sent = sent + moved;
            }
            outlet.flush();
            if (saidFarewell) {
                outlet.close(farewell.get().reason());
            }
        } catch (RuntimeException e) {
            System.getLogger(Subscription.class.getName()).log(System.Logger.Level.ERROR, "a delivery failed", e);
            outlet.close(CloseReason.FAILED);
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
            return false;
        }
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

    /** What lay in the log when the stream was opened waited for its reader, not for us. */
    private void count(Entry entry) {
        if (entry.appendedAt() - openedAt > 0) {
            meter.delivered(System.nanoTime() - entry.appendedAt());
        } else {
            meter.replayed(1);
        }
    }

    /** Tells the subscriber, in its turn. */
    void tell(Notice notice) {
        notices.add(notice);
        signal();
    }

    /**
     * Ends the stream after what is on its way and one last notice. A client that takes nothing is not waited for: it
     * is cut at once.
     */
    void end(CloseReason reason, Notice notice) {
        if (farewell.compareAndSet(null, new Farewell(reason, notice))) {
            signal();
            if (outlet.stalledFor(System.nanoTime()) > 0) {
                outlet.close(reason);
            }
        }
    }

    /** Cuts the stream without a word. */
    void cut(CloseReason reason) {
        outlet.close(reason);
    }

    /** The outlet is over, whoever ended it; to be called once. */
    public void ended(CloseReason reason) {
        over = true;
        Reader open = reader;
        if (open != null) {
            open.close();
        }
        visit.close();
        meter.closed(reason.wireName(), System.nanoTime() - openedAt);
        onEnded.accept(this);
    }

    boolean over() {
        return over;
    }

    boolean ending() {
        return over || farewell.get() != null;
    }

    long sent() {
        return sent;
    }

    long stalledFor(long nanoTime) {
        return outlet.stalledFor(nanoTime);
    }

    Transport transport() {
        return transport;
    }

    Visit visit() {
        return visit;
    }
}

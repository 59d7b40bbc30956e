package imagegen.log;

import imagegen.update.Cursor;
import imagegen.update.RequestId;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One reader's place in a user's log.
 *
 * <p>{@link #next} and {@link #cursor} are confined to one thread at a time; {@link #close} may come from any. A reader
 * never slows the writer, and one that lags finds superseded progress gone.
 */
public final class Reader implements AutoCloseable {

    private final UpdateLog log;
    private final Set<RequestId> only;
    private final Runnable wake;

    // The place, written under the log's lock: the sequence is the truth, the node a short cut while it is linked
    Optional<Resumption> verdict = Optional.empty();
    long sequence;
    UpdateLog.Node node;
    /** What was lost up to here this reader was told of, or it was lost before it came. */
    long toldThrough;

    // Under the log's lock as well
    private final Missed missed = new Missed();
    private final Set<RequestId> madeUpFor = new LinkedHashSet<>(0);

    // Confined to the reading thread
    private long returned;

    /** Called with the log's lock held. */
    Reader(UpdateLog log, Optional<Cursor> after, Set<RequestId> only, Runnable wake) {
        this.log = log;
        this.only = Set.copyOf(only);
        this.wake = wake;
        log.place(this, after);
        this.returned = sequence;
    }

    /**
     * What comes next; empty when all was read, until the wake-up that was given to {@link Logs#open} is called again.
     * A verdict comes first where a cursor was presented, and again whenever this reader lagged so far that an update
     * was dropped before it was read.
     */
    public Optional<Reading> next() {
        if (verdict.isPresent()) {
            Optional<Reading> first = verdict.map(Reading.class::cast);
            verdict = Optional.empty();
            return first;
        }
        Optional<Reading> next = log.next(this);
        if (next.isEmpty()) {
            returned = Math.max(returned, toldThrough);
        } else if (next.get() instanceof Entry) {
            returned = sequence;
        }
        return next;
    }

    /**
     * The place after the last update that {@link #next} returned, where this reader or another can go on. Updates
     * that this reader was not asked for don't move it, so that a client may widen its interest and miss nothing. A gap
     * moves it once all that is left was read: it need not be told again.
     */
    public Cursor cursor() {
        return new Cursor(log.epoch(), returned);
    }

    /** Nothing that is appended after this returned wakes the reader; a wake-up that is under way may still come. */
    @Override
    public void close() {
        log.close(this);
    }

    /** Whether to return this update; with the log's lock held. */
    boolean takes(UpdateLog.Node next) {
        RequestId id = next.entry.requestId();
        if (!only.isEmpty() && !only.contains(id)) {
            return false;
        }
        return !next.again() || missed.contains(next.endedAt) && madeUpFor(id);
    }

    /** Terminal updates at places after the one and through the other are gone, and this reader has not had them. */
    void misses(long after, long through) {
        missed.add(after, through);
    }

    void moveTo(long sequence, UpdateLog.Node node) {
        this.sequence = sequence;
        this.node = node;
    }

    void wake() {
        wake.run();
    }

    private boolean madeUpFor(RequestId id) {
        if (madeUpFor.size() >= DroppedRequests.MAX) {
            madeUpFor.clear();
        }
        return madeUpFor.add(id);
    }
}

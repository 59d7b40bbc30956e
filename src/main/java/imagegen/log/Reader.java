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
    private final String scope;
    private final Runnable wake;

    final Optional<Cursor> after;

    // All of this under the log's lock
    /** Whether it is known where this reader begins; until then it reads nothing. */
    boolean placed;
    /** How often the log had been read from where it is kept when this reader came. */
    final long cameAfterRead;
    Optional<Resumption> verdict = Optional.empty();
    /** The place: the sequence is the truth, the node a short cut while it is linked. */
    long sequence;
    UpdateLog.Node node;
    /** What was lost up to here this reader was told of, or it was lost before it came. */
    long toldThrough;
    private Missed missed = new Missed();
    private final Set<RequestId> madeUpFor = new LinkedHashSet<>(0);
    /** Places ahead of what it had before its log was filled anew. */
    private Set<Long> had = Set.of();

    // Confined to the reading thread
    private boolean begun;
    private String returnedEpoch = Epoch.NONE;
    private long returned;

    Reader(UpdateLog log, long cameAfterRead, Optional<Cursor> after, Set<RequestId> only, Runnable wake) {
        this.cameAfterRead = cameAfterRead;
        this.log = log;
        this.after = after;
        this.only = Set.copyOf(only);
        this.scope = Cursor.scope(this.only);
        this.wake = wake;
        after.ifPresent(cursor -> returns(cursor.epoch(), cursor.sequence()));
    }

    /**
     * What comes next; empty when all was read, until the wake-up that was given to {@link Logs#open} is called again.
     * A verdict comes first where a cursor was presented, and again whenever something may have been lost: this reader
     * lagged so far that an update was dropped before it was read, or the place where the log is kept was replaced.
     */
    public Optional<Reading> next() {
        return log.next(this);
    }

    /**
     * The place after the last update that {@link #next} returned, where this reader can go on, or another that asks for
     * the same requests; after a reader of all requests, any other. Updates that this reader was not asked for don't
     * move it. A gap moves it once all that is left was read: it need not be told again.
     */
    public Cursor cursor() {
        if (!begun) {
            log.begin(this);
        }
        return new Cursor(returnedEpoch, returned, scope);
    }

    /**
     * Whether it is known by now where this reader begins; until then it returns nothing, and is woken when it is. Soon
     * in any case: at the latest when the place where the log is kept has not answered in time.
     */
    public boolean placed() {
        return log.placed(this);
    }

    /** Nothing that is appended after this returned wakes the reader; a wake-up that is under way may still come. */
    @Override
    public void close() {
        log.close(this);
    }

    /** Whether to return this update, which is passed by this. */
    boolean takes(UpdateLog.Node next) {
        RequestId id = next.entry.requestId();
        if (!only.isEmpty() && !only.contains(id) || had(next.entry)) {
            return false;
        }
        return !next.again() || missed.contains(next.endedAt) && madeUpFor(id);
    }

    boolean had(Entry entry) {
        return !had.isEmpty() && had.contains(entry.sequence());
    }

    /** Whether it had a terminal update whose entry is gone. */
    boolean hadEnd(RequestId id, long place) {
        return place <= sequence && !missed.contains(place) || madeUpFor.contains(id);
    }

    /** Terminal updates at places after the one and through the other are gone, and this reader has not had them. */
    void misses(long after, long through) {
        missed.add(after, through);
    }

    void moveTo(long sequence, UpdateLog.Node node) {
        this.sequence = sequence;
        this.node = node;
    }

    /** Begins again in a log with other places. */
    void restart(Set<Long> hadPlaces, Set<RequestId> hadEnds, long endedThrough) {
        moveTo(0, null);
        had = hadPlaces;
        missed = new Missed();
        missed.add(0, endedThrough);
        madeUpFor.clear();
        madeUpFor.addAll(hadEnds);
    }

    /** Nothing was returned yet, and it is known where this reader begins. */
    void begins(String epoch) {
        if (!begun) {
            begun = true;
            returns(epoch, sequence);
        }
    }

    void returns(String epoch, long place) {
        returnedEpoch = epoch;
        returned = place;
    }

    /** All was read. */
    void returnsAll(String epoch) {
        boolean moved = !returnedEpoch.equals(epoch);
        if (moved || toldThrough > returned) {
            returns(epoch, moved || only.isEmpty() ? Math.max(sequence, toldThrough) : toldThrough);
        }
        had = Set.of();
    }

    void wake() {
        wake.run();
    }

    private boolean madeUpFor(RequestId id) {
        if (madeUpFor.size() >= 2 * DroppedRequests.MAX) {
            madeUpFor.clear();
        }
        return madeUpFor.add(id);
    }
}

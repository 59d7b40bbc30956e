package imagegen.log;

import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Update;
import imagegen.update.UpdateCodec;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * One user's updates, oldest first, at most one of each request.
 *
 * <p>Any thread may append and any may read; a short lock of this one log is all they share. Readers are woken on the
 * appending thread after the lock was left.
 */
final class UpdateLog {

    /** An entry in the list; a reader may still hold a node that was unlinked. */
    static final class Node {
        final Entry entry;
        /** Where the request ended for the first time, if this update tells of it again; 0 if not. */
        final long endedAt;
        private Node previous;
        private Node next;
        private boolean unlinked;

        Node(Entry entry, long endedAt) {
            this.entry = entry;
            this.endedAt = endedAt;
        }

        boolean again() {
            return endedAt != 0;
        }
    }

    private static final System.Logger LOG = System.getLogger(UpdateLog.class.getName());
    /** So many times the age limit the ids of requests that have not ended are remembered for a user who is away. */
    private static final int PATIENCE = 6;

    private final String epoch;
    private final Retention retention;
    private final LongAdder totalBytes;

    // Guarded by this
    private final Map<RequestId, Node> latest = new HashMap<>(4);
    private Node oldest;
    private Node newest;
    private long lastSequence;
    private final DroppedRequests dropped;
    /** The newest terminal update that was dropped. They go oldest first: every terminal update here is newer. */
    private long endedThrough;
    /** Something was forgotten that all who have not read beyond here must be told of. */
    private long forgottenThrough;
    private int unfinished;
    private long bytes;
    private long usedAt;
    private boolean retired;

    /** Replaced, never changed, under this; read by the appending threads. */
    private volatile Reader[] readers = {};

    UpdateLog(String epoch, Retention retention, LongAdder totalBytes, long now) {
        this.epoch = epoch;
        this.retention = retention;
        this.totalBytes = totalBytes;
        this.dropped = new DroppedRequests(totalBytes);
        this.usedAt = now;
    }

    /** Empty when this log is retired and its successor must be asked. */
    Optional<Outcome> append(Update update, long now) {
        return append(update, now, false);
    }

    /** As {@link #append}, unless anything is known of the request. */
    Optional<Outcome> begin(Update update, long now) {
        return append(update, now, true);
    }

    private Optional<Outcome> append(Update update, long now, boolean onlyAsFirst) {
        byte[] json = UpdateCodec.encode(update);
        synchronized (this) {
            if (retired) {
                return Optional.empty();
            }
            usedAt = now;
            RequestId id = update.requestId();
            Node known = latest.get(id);
            if (known != null) {
                if (Arrays.equals(known.entry.json(), json)) {
                    return Optional.of(Outcome.REPEATED);
                }
                if (known.entry.terminal() || onlyAsFirst) {
                    return Optional.of(Outcome.LATE);
                }
                unlink(known);
            }
            long endedAt = known != null ? 0 : dropped.endedAt(id).orElse(0);
            if (endedAt != 0 && !update.terminal() || onlyAsFirst && (endedAt != 0 || dropped.isUnfinished(id))) {
                return Optional.of(Outcome.LATE);
            }
            dropped.remove(id);
            link(new Node(new Entry(++lastSequence, id, update.terminal(), json, now), endedAt));
            trim(now);
        }
        wakeReaders();
        return Optional.of(Outcome.APPENDED);
    }

    /** Each, whatever becomes of another. */
    private void wakeReaders() {
        for (Reader reader : readers) {
            try {
                reader.wake();
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "a reader could not be woken", e);
            }
        }
    }

    /** Empty when this log is retired and its successor must be asked. */
    synchronized Optional<Reader> open(Optional<Cursor> after, Set<RequestId> only, Runnable wake, long now) {
        if (retired) {
            return Optional.empty();
        }
        usedAt = now;
        expire(now);
        Reader reader = new Reader(this, after, only, wake);
        Reader[] more = Arrays.copyOf(readers, readers.length + 1);
        more[readers.length] = reader;
        readers = more;
        return Optional.of(reader);
    }

    synchronized void close(Reader reader) {
        readers = Arrays.stream(readers).filter(other -> other != reader).toArray(Reader[]::new);
    }

    synchronized Optional<Entry> latest(RequestId id) {
        return Optional.ofNullable(latest.get(id)).map(node -> node.entry);
    }

    synchronized List<RequestId> unfinished() {
        List<RequestId> ids = new ArrayList<>(unfinished);
        dropped.unfinished().forEach(ids::add);
        for (Node node = oldest; node != null; node = node.next) {
            if (!node.entry.terminal()) {
                ids.add(node.entry.requestId());
            }
        }
        return ids;
    }

    String epoch() {
        return epoch;
    }

    /** Where a reader begins; called by {@link #open}, so with the lock held. */
    void place(Reader reader, Optional<Cursor> after) {
        reader.verdict = after.map(this::resumption);
        reader.sequence = after.filter(this::known).map(Cursor::sequence).orElse(0L);
        reader.toldThrough = lostThrough();
        reader.misses(reader.sequence, endedThrough);
    }

    private Resumption resumption(Cursor after) {
        if (!known(after)) {
            return Resumption.GAP_UNKNOWN;
        }
        return after.sequence() < lostThrough() ? Resumption.GAP_EXPIRED : Resumption.COMPLETE;
    }

    private boolean known(Cursor cursor) {
        return cursor.epoch().equals(epoch) && cursor.sequence() <= lastSequence;
    }

    /**
     * Whoever has not read beyond this has missed something: a terminal update, or how a request stands that has not
     * ended. What is still here may be older, and follows.
     */
    private long lostThrough() {
        return Math.max(dropped.unfinishedThrough(), Math.max(endedThrough, forgottenThrough));
    }

    /** Moves the reader on to what it wants next, or to the end. */
    synchronized Optional<Reading> next(Reader reader) {
        long lost = lostThrough();
        if (reader.sequence < lost && reader.toldThrough < lost) {
            reader.misses(reader.sequence, endedThrough);
            reader.toldThrough = lost;
            return Optional.of(Resumption.GAP_EXPIRED);
        }
        for (Node node = following(reader); node != null; node = node.next) {
            reader.moveTo(node.entry.sequence(), node);
            if (reader.takes(node)) {
                return Optional.of(node.entry);
            }
        }
        if (reader.sequence < reader.toldThrough) {
            reader.moveTo(reader.toldThrough, null);
        }
        return Optional.empty();
    }

    private Node following(Reader reader) {
        if (reader.node != null && !reader.node.unlinked) {
            return reader.node.next;
        }
        Node first = null;
        for (Node node = newest; node != null && node.entry.sequence() > reader.sequence; node = node.previous) {
            first = node;
        }
        return first;
    }

    synchronized void expire(long now) {
        while (oldest != null && now - oldest.entry.appendedAt() > retention.maxAge().toNanos()) {
            drop(oldest);
        }
    }

    /** Drops every update; readers that had not read them all will be told. */
    synchronized void clear() {
        while (oldest != null) {
            drop(oldest);
        }
    }

    /** Forgets the requests whose updates were dropped; all readers will be told if one of them had not ended. */
    synchronized void forgetDropped() {
        if (dropped.clear()) {
            forgottenThrough = ++lastSequence;
        }
    }

    synchronized boolean hasReaders() {
        return readers.length > 0;
    }

    synchronized long usedAt() {
        return usedAt;
    }

    /** Ends an empty log that nobody reads and nobody has used for long; false where it is still needed. */
    synchronized boolean retire(long now) {
        if (!retired && readers.length == 0 && oldest == null) {
            long patience = retention.maxAge().toNanos() * (dropped.hasUnfinished() ? PATIENCE : 1);
            if (now - usedAt > patience) {
                retired = true;
                dropped.clear();
            }
        }
        return retired;
    }

    private void trim(long now) {
        expire(now);
        while (newest != oldest && (latest.size() > retention.maxUpdates() || bytes > retention.maxBytes())) {
            drop(leastMissed());
        }
    }

    /** Progress is renewed by the next update of its request, a terminal update is not: progress goes first. */
    private Node leastMissed() {
        boolean onlyTheNewest = unfinished == 0 || unfinished == 1 && !newest.entry.terminal();
        if (onlyTheNewest) {
            return oldest;
        }
        Node node = oldest;
        while (node.entry.terminal()) {
            node = node.next;
        }
        return node;
    }

    private void drop(Node node) {
        Entry entry = node.entry;
        unlink(node);
        if (entry.terminal()) {
            endedThrough = Math.max(endedThrough, entry.sequence());
            dropped.addEnded(entry.requestId(), node.again() ? node.endedAt : entry.sequence());
        } else if (dropped.addUnfinished(entry.requestId(), entry.sequence())) {
            forgottenThrough = ++lastSequence;
        }
    }

    private void link(Node node) {
        latest.put(node.entry.requestId(), node);
        node.previous = newest;
        if (newest == null) {
            oldest = node;
        } else {
            newest.next = node;
        }
        newest = node;
        unfinished += node.entry.terminal() ? 0 : 1;
        account(node.entry.bytes());
    }

    private void unlink(Node node) {
        latest.remove(node.entry.requestId());
        if (node.previous == null) {
            oldest = node.next;
        } else {
            node.previous.next = node.next;
        }
        if (node.next == null) {
            newest = node.previous;
        } else {
            node.next.previous = node.previous;
        }
        node.unlinked = true;
        // A reader may hold this node for long: it must not hold the others with it
        node.previous = null;
        node.next = null;
        unfinished -= node.entry.terminal() ? 0 : 1;
        account(-node.entry.bytes());
    }

    private void account(long more) {
        bytes += more;
        totalBytes.add(more);
    }
}

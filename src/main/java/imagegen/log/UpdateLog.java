package imagegen.log;

import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Update;
import imagegen.update.UpdateCodec;
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
        private final Entry entry;
        private Node previous;
        private Node next;
        private boolean unlinked;

        Node(Entry entry) {
            this.entry = entry;
        }
    }

    private final String epoch;
    private final Retention retention;
    private final LongAdder totalBytes;

    // Guarded by this
    private final Map<RequestId, Node> latest = new HashMap<>(4);
    private Node oldest;
    private Node newest;
    private long lastSequence;
    /**
     * The newest terminal update that was dropped: whoever has not read beyond it has missed something. Every entry is
     * newer, because progress is dropped before terminal updates and those oldest first.
     */
    private long lostThrough;
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
            Node known = latest.get(update.requestId());
            if (known != null) {
                if (Arrays.equals(known.entry.json(), json)) {
                    return Optional.of(Outcome.REPEATED);
                }
                if (known.entry.terminal() || onlyAsFirst) {
                    return Optional.of(Outcome.LATE);
                }
                unlink(known);
            }
            link(new Node(new Entry(++lastSequence, update.requestId(), update.terminal(), json, now)));
            trim(now);
        }
        for (Reader reader : readers) {
            reader.wake();
        }
        return Optional.of(Outcome.APPENDED);
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

    synchronized List<Entry> unfinished() {
        List<Entry> entries = new ArrayList<>(unfinished);
        for (Node node = oldest; node != null; node = node.next) {
            if (!node.entry.terminal()) {
                entries.add(node.entry);
            }
        }
        return entries;
    }

    String epoch() {
        return epoch;
    }

    /** Where a reader begins; called by {@link #open}, so with the lock held. */
    void place(Reader reader, Optional<Cursor> after) {
        Optional<Resumption> verdict = after.map(this::resumption);
        reader.verdict = verdict;
        reader.sequence = verdict.equals(Optional.of(Resumption.COMPLETE)) ? after.get().sequence() : lostThrough;
    }

    private Resumption resumption(Cursor after) {
        if (!after.epoch().equals(epoch) || after.sequence() > lastSequence) {
            return Resumption.GAP_UNKNOWN;
        }
        return after.sequence() < lostThrough ? Resumption.GAP_EXPIRED : Resumption.COMPLETE;
    }

    /** Moves the reader on to what it wants next, or to the end. */
    synchronized Optional<Reading> next(Reader reader) {
        if (reader.sequence < lostThrough) {
            reader.moveTo(lostThrough, null);
            return Optional.of(Resumption.GAP_EXPIRED);
        }
        for (Node node = following(reader); node != null; node = node.next) {
            reader.moveTo(node.entry.sequence(), node);
            if (reader.wants(node.entry)) {
                return Optional.of(node.entry);
            }
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

    /** Forgets every update; readers that had not read them all will be told. */
    synchronized void clear() {
        while (oldest != null) {
            drop(oldest);
        }
    }

    synchronized boolean hasReaders() {
        return readers.length > 0;
    }

    synchronized boolean isEmpty() {
        return oldest == null;
    }

    synchronized long usedAt() {
        return usedAt;
    }

    /** Ends an empty log that nobody reads and nobody used since; false where it is still needed. */
    synchronized boolean retire(long unusedSince) {
        retired = retired || readers.length == 0 && oldest == null && usedAt - unusedSince < 0;
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
        if (node.entry.terminal()) {
            lostThrough = Math.max(lostThrough, node.entry.sequence());
        }
        unlink(node);
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

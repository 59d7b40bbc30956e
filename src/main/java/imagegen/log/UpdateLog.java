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
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.Collectors;

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
        /** Appended while the place where the log is kept could not be reached. */
        private final boolean unsent;
        private Node previous;
        private Node next;
        private boolean unlinked;

        Node(Entry entry, long endedAt, boolean unsent) {
            this.entry = entry;
            this.endedAt = endedAt;
            this.unsent = unsent;
        }

        boolean again() {
            return endedAt != 0;
        }
    }

    private static final System.Logger LOG = System.getLogger(UpdateLog.class.getName());
    /** So many times the age limit the ids of requests that have not ended are remembered for a user who is away. */
    private static final int PATIENCE = 6;

    private final Retention retention;
    private final LongAdder totalBytes;

    // Guarded by this
    private Origin origin;
    private String epoch;
    /** The epoch of the log that this one follows, also while that can't be reached; empty while not known. */
    private String home = "";
    /** The last place up to which this log is as the one that it follows. */
    private long followed;
    private long reads;
    private final Map<RequestId, Node> latest = new HashMap<>(4);
    private Node oldest;
    private Node newest;
    private long lastSequence;
    private final DroppedRequests dropped;
    /** The newest terminal update that was dropped. They go oldest first: every terminal update here is newer. */
    private long endedThrough;
    /** A request that has not ended was forgotten: all who have not read beyond here must be told. */
    private long forgottenThrough;
    private int unfinished;
    private long bytes;
    private long usedAt;
    private boolean retired;

    /** Replaced, never changed, under this; read by the appending threads. */
    private volatile Reader[] readers = {};

    /** Whose word counts. */
    private enum Origin {
        /** This log is the only one. */
        HERE,
        /** It is kept elsewhere and has not been read yet. */
        AWAITED,
        /** It is kept elsewhere, and this is a copy that follows. */
        ELSEWHERE,
        /** It is kept elsewhere, out of reach: this copy goes on alone until it is replaced. */
        CUT_OFF
    }

    /** A log that begins here. */
    UpdateLog(Retention retention, LongAdder totalBytes, long now) {
        this(Origin.HERE, Epoch.random(), retention, totalBytes, now);
    }

    /** A copy of a log that is kept elsewhere; readers find nothing in it until it is {@linkplain #fill filled}. */
    static UpdateLog awaited(Retention retention, LongAdder totalBytes, long now) {
        return new UpdateLog(Origin.AWAITED, "", retention, totalBytes, now);
    }

    private UpdateLog(Origin origin, String epoch, Retention retention, LongAdder totalBytes, long now) {
        this.origin = origin;
        this.epoch = epoch;
        this.retention = retention;
        this.totalBytes = totalBytes;
        this.dropped = new DroppedRequests(totalBytes);
        this.usedAt = now;
    }

    /** Empty when this log is retired and its successor must be asked. */
    Optional<Outcome> append(Update update, long now) {
        return append(update, now, false, true);
    }

    /** As {@link #append}, unless anything is known of the request. */
    Optional<Outcome> begin(Update update, long now) {
        return append(update, now, true, true);
    }

    /** @param unsent whether the place where the log is kept does not know of it yet */
    Optional<Outcome> append(Update update, long now, boolean onlyAsFirst, boolean unsent) {
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
            link(new Node(new Entry(++lastSequence, id, update.terminal(), json, now), endedAt,
                    origin == Origin.CUT_OFF && unsent));
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
        Reader reader = new Reader(this, reads, after, only, wake);
        place(reader, false);
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

    /** Where a reader begins, if that can be said yet; with the lock held. */
    private void place(Reader reader, boolean readSince) {
        Optional<Cursor> after = reader.after;
        boolean beyond = after.isPresent() && !known(after.get());
        if (origin == Origin.AWAITED || origin == Origin.ELSEWHERE && beyond && !readSince) {
            return;
        }
        reader.placed = true;
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

    synchronized void begin(Reader reader) {
        if (reader.placed) {
            reader.begins(epoch);
        }
    }

    /** Moves the reader on to what it wants next, or to the end. */
    synchronized Optional<Reading> next(Reader reader) {
        if (!reader.placed) {
            return Optional.empty();
        }
        reader.begins(epoch);
        if (reader.verdict.isPresent()) {
            Optional<Reading> first = reader.verdict.map(Reading.class::cast);
            reader.verdict = Optional.empty();
            return first;
        }
        long lost = lostThrough();
        if (reader.sequence < lost && reader.toldThrough < lost) {
            reader.misses(reader.sequence, endedThrough);
            reader.toldThrough = lost;
            return Optional.of(Resumption.GAP_EXPIRED);
        }
        for (Node node = following(reader); node != null; node = node.next) {
            reader.moveTo(node.entry.sequence(), node);
            if (reader.takes(node)) {
                passOver(reader, node.next);
                reader.returns(epoch, reader.sequence);
                return Optional.of(node.entry);
            }
        }
        if (reader.sequence < reader.toldThrough) {
            reader.moveTo(reader.toldThrough, null);
        }
        reader.returnsAll(epoch);
        return Optional.empty();
    }

    /** What the reader had before this log was filled anew: its cursor is to cover that too. */
    private static void passOver(Reader reader, Node from) {
        for (Node node = from; node != null && reader.had(node.entry); node = node.next) {
            reader.moveTo(node.entry.sequence(), node);
        }
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

    /** Whether this log knows what to tell a reader without a cursor. */
    synchronized boolean awaited() {
        return origin == Origin.AWAITED;
    }

    synchronized boolean cutOff() {
        return origin == Origin.CUT_OFF;
    }

    /** Whether a reader waits for what is kept elsewhere. */
    synchronized boolean awaitedByReaders() {
        return Arrays.stream(readers).anyMatch(reader -> !reader.placed);
    }

    /** Where this copy stands: how far it has followed. */
    synchronized Cursor position() {
        return new Cursor(origin == Origin.ELSEWHERE ? epoch : Epoch.NONE, followed);
    }

    /** To be called before the log is read where it is kept; the number of that read. */
    synchronized long beginRead() {
        return ++reads;
    }

    synchronized boolean placed(Reader reader) {
        return reader.placed;
    }

    /** What an update appended elsewhere has to come after. */
    synchronized long lastSequence() {
        return lastSequence;
    }

    /**
     * Takes over an update that was appended where the log is kept.
     *
     * @return whether that was possible: if not, something is missing, and the log must be read
     */
    boolean follow(Answers.Told told) {
        Kept update = told.update();
        synchronized (this) {
            if (origin != Origin.ELSEWHERE || !told.epoch().equals(epoch) || told.previous() > followed) {
                return false;
            }
            if (update.place() <= followed) {
                return true;
            }
            take(update);
            trim(update.appendedAt());
        }
        wakeReaders();
        return true;
    }

    /**
     * Takes over what was read where the log is kept: all of it, or what this copy had not followed yet.
     *
     * @param read        as {@link #beginRead} said
     * @param sentThrough the last place here of what was sent there before it was read
     * @return whether that was possible: if not, there is more to send
     */
    boolean fill(Snapshot snapshot, long read, long sentThrough, long now) {
        boolean news = false;
        synchronized (this) {
            if (origin == Origin.ELSEWHERE && snapshot.epoch().equals(epoch)) {
                news = catchUp(snapshot);
            } else if (snapshot.requests().isEmpty() || origin == Origin.CUT_OFF && unsentAfter(sentThrough)) {
                return false;
            } else {
                replace(snapshot, snapshot.requests().get());
                news = true;
            }
            trim(now);
            for (Reader reader : readers) {
                if (!reader.placed) {
                    place(reader, read > reader.cameAfterRead);
                    news |= reader.placed;
                }
            }
        }
        if (news) {
            wakeReaders();
        }
        return true;
    }

    /** Goes on alone: what is told from now on is told by this copy only, and its cursors say so. */
    void goOnAlone() {
        synchronized (this) {
            if (origin == Origin.HERE || origin == Origin.CUT_OFF) {
                return;
            }
            origin = Origin.CUT_OFF;
            epoch = Epoch.random();
            for (Reader reader : readers) {
                if (!reader.placed) {
                    place(reader, true);
                }
            }
        }
        wakeReaders();
    }

    /** What was appended here while nobody else could be told; oldest first. */
    synchronized List<Entry> unsent() {
        return entries(node -> node.unsent);
    }

    /** What the place where the log is kept has told; oldest first. */
    synchronized List<Entry> sent() {
        return entries(node -> !node.unsent);
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

    /** @return whether there was anything new */
    private boolean catchUp(Snapshot snapshot) {
        long before = followed;
        snapshot.entries().stream().filter(entry -> entry.place() > before).forEach(this::take);
        // Gone before this copy has seen it; what it has seen, it has dropped or will drop by itself
        if (snapshot.endedThrough() > before) {
            endedThrough = Math.max(endedThrough, snapshot.endedThrough());
        }
        if (snapshot.forgottenThrough() > before) {
            forgottenThrough = Math.max(forgottenThrough, snapshot.forgottenThrough());
        }
        followed = Math.max(followed, snapshot.last());
        lastSequence = Math.max(lastSequence, followed);
        return followed > before;
    }

    private void replace(Snapshot snapshot, Snapshot.Dropped requests) {
        boolean another = !home.isEmpty() && !home.equals(snapshot.epoch());
        boolean missed = !another && snapshot.lostThrough() > followed && !home.isEmpty();
        for (Reader reader : readers) {
            if (reader.placed) {
                reader.restart(had(reader, snapshot), hadEnd(reader, requests), snapshot.endedThrough());
                if (another || missed) {
                    reader.verdict = Optional.of(another ? Resumption.GAP_UNKNOWN : Resumption.GAP_EXPIRED);
                }
            }
        }
        while (oldest != null) {
            unlink(oldest);
        }
        dropped.clear();
        requests.unfinished().forEach(dropped::addUnfinished);
        requests.ended().forEach(dropped::addEnded);
        origin = Origin.ELSEWHERE;
        epoch = snapshot.epoch();
        home = epoch;
        endedThrough = snapshot.endedThrough();
        forgottenThrough = snapshot.forgottenThrough();
        snapshot.entries().forEach(this::take);
        followed = snapshot.last();
        lastSequence = followed;
        for (Reader reader : readers) {
            reader.toldThrough = lostThrough();
        }
    }

    /** The places there of what a reader had here. */
    private Set<Long> had(Reader reader, Snapshot snapshot) {
        return snapshot.entries().stream().filter(entry -> {
            Node known = latest.get(entry.requestId());
            return known != null
                    ? known.entry.sequence() <= reader.sequence
                            && (known.entry.terminal() || Arrays.equals(known.entry.json(), entry.json()))
                    : endReached(reader, entry.requestId());
        }).map(Kept::place).collect(Collectors.toSet());
    }

    private Set<RequestId> hadEnd(Reader reader, Snapshot.Dropped requests) {
        return requests.ended().keySet().stream().filter(id -> {
            Node known = latest.get(id);
            return known != null ? known.entry.terminal() && known.entry.sequence() <= reader.sequence
                    : endReached(reader, id);
        }).collect(Collectors.toSet());
    }

    private boolean endReached(Reader reader, RequestId id) {
        OptionalLong end = dropped.endedAt(id);
        return end.isPresent() && reader.hadEnd(id, end.getAsLong());
    }

    private void take(Kept update) {
        Node known = latest.get(update.requestId());
        if (known != null) {
            unlink(known);
        }
        dropped.remove(update.requestId());
        link(new Node(new Entry(update.place(), update.requestId(), update.terminal(), update.json(),
                update.appendedAt()), update.endedAt(), false));
        followed = update.place();
        lastSequence = Math.max(lastSequence, followed);
    }

    private boolean unsentAfter(long place) {
        for (Node node = newest; node != null && node.entry.sequence() > place; node = node.previous) {
            if (node.unsent) {
                return true;
            }
        }
        return false;
    }

    private List<Entry> entries(Predicate<Node> which) {
        List<Entry> entries = new ArrayList<>();
        for (Node node = oldest; node != null; node = node.next) {
            if (which.test(node)) {
                entries.add(node.entry);
            }
        }
        return entries;
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
            forgottenThrough = mark();
        }
    }

    /** A place beyond all; where another gives the places, the last of them. */
    private long mark() {
        return origin == Origin.ELSEWHERE ? lastSequence : ++lastSequence;
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

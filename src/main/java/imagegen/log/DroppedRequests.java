package imagegen.log;

import imagegen.update.RequestId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The requests of one user whose latest update was dropped: their ids outlast their text, so that one that has not
 * ended is still asked for, and one that has ended does not end again. Guarded by its log's lock.
 */
final class DroppedRequests {

    /** Ids remembered of each kind; the oldest go first. */
    static final int MAX = 1024;
    /** What an id takes in the heap beside its characters: map entry, id, string, number; rounded up. */
    private static final int OVERHEAD = 128;

    private final LongAdder totalBytes;
    /** Each with the place of the update that was dropped, which only grows in the order in which they were dropped. */
    private final LinkedHashMap<RequestId, Long> unfinished = new LinkedHashMap<>(2);
    private final LinkedHashMap<RequestId, Long> ended = new LinkedHashMap<>(2);

    DroppedRequests(LongAdder totalBytes) {
        this.totalBytes = totalBytes;
    }

    /** @return whether another request, the oldest of too many, is unknown from now on */
    boolean addUnfinished(RequestId id, long place) {
        return add(unfinished, id, place);
    }

    void addEnded(RequestId id, long place) {
        add(ended, id, place);
    }

    /** The request is in the log again. */
    void remove(RequestId id) {
        remove(unfinished, id);
        remove(ended, id);
    }

    /** @return whether a request that had not ended is unknown from now on */
    boolean clear() {
        boolean lost = !unfinished.isEmpty();
        for (LinkedHashMap<RequestId, Long> ids : List.of(unfinished, ended)) {
            ids.keySet().forEach(id -> totalBytes.add(-bytes(id)));
            ids.clear();
        }
        return lost;
    }

    boolean isUnfinished(RequestId id) {
        return unfinished.containsKey(id);
    }

    /** Where the request ended, if it did. */
    OptionalLong endedAt(RequestId id) {
        Long place = ended.get(id);
        return place == null ? OptionalLong.empty() : OptionalLong.of(place);
    }

    /** Those that have not ended, oldest first. */
    Iterable<RequestId> unfinished() {
        return unfinished.keySet();
    }

    /** The newest place at which an update was dropped that nothing has superseded; 0 where there is none. */
    long unfinishedThrough() {
        Map.Entry<RequestId, Long> last = unfinished.lastEntry();
        return last == null ? 0 : last.getValue();
    }

    boolean hasUnfinished() {
        return !unfinished.isEmpty();
    }

    private boolean add(LinkedHashMap<RequestId, Long> ids, RequestId id, long place) {
        ids.putLast(id, place);
        totalBytes.add(bytes(id));
        if (ids.size() <= MAX) {
            return false;
        }
        totalBytes.add(-bytes(ids.pollFirstEntry().getKey()));
        return true;
    }

    private void remove(LinkedHashMap<RequestId, Long> ids, RequestId id) {
        if (!ids.isEmpty() && ids.remove(id) != null) {
            totalBytes.add(-bytes(id));
        }
    }

    private static long bytes(RequestId id) {
        return OVERHEAD + id.value().length();
    }
}

package imagegen.embedded;

import imagegen.update.RequestId;
import imagegen.update.Update;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * The latest update of every known request, in the order in which they came.
 *
 * <p>A newer update of a request takes the older one's place, so a reader needs nothing but the number of the last
 * update it has seen: what came after is what it lacks, whether it lagged or was away. Any thread; nothing here waits.
 */
final class Feed {

    /** @param sequence rises by one with every update of anybody, from 1 */
    record Item(long sequence, String user, Update update) {
    }

    @FunctionalInterface
    interface Listener {
        /** There is something new of that user; must return at once. */
        void news(String user);
    }

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    /** Guarded by this, as are the next two. */
    private final TreeMap<Long, Item> items = new TreeMap<>();
    private final Map<RequestId, Item> latest = new HashMap<>();
    private long head;

    /** Takes an update in; whoever posts then {@linkplain #ring rings}, holding no lock. */
    synchronized void post(String user, Update update) {
        var item = new Item(++head, user, update);
        Item superseded = latest.put(update.requestId(), item);
        if (superseded != null) {
            items.remove(superseded.sequence);
        }
        items.put(item.sequence, item);
    }

    void ring(String user) {
        listeners.forEach(listener -> listener.news(user));
    }

    synchronized void forget(RequestId request) {
        Item item = latest.remove(request);
        if (item != null) {
            items.remove(item.sequence);
        }
    }

    /** The first wanted update after that place. */
    synchronized Optional<Item> after(long sequence, Predicate<Item> wanted) {
        return items.tailMap(sequence, false).values().stream().filter(wanted).findFirst();
    }

    synchronized Optional<Item> latest(RequestId request) {
        return Optional.ofNullable(latest.get(request));
    }

    /** The place of the newest update: a reader that starts here gets only what is still to come. */
    synchronized long head() {
        return head;
    }

    void listen(Listener listener) {
        listeners.add(listener);
    }

    void unlisten(Listener listener) {
        listeners.remove(listener);
    }
}

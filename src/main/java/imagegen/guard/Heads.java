package imagegen.guard;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which connections a request's head is coming in on, the line and the fields before its body, and since when. What is
 * kept of one is let go when its head is whole or its time is over, at the latest by the next {@link #late}.
 *
 * <p>Any thread.
 *
 * @param <C> a connection; equal only to itself
 */
final class Heads<C> {

    private final long patience;
    private final Map<C, Long> begun = new ConcurrentHashMap<>();

    /** @param patience from the first byte of a head to its last */
    Heads(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Something came that is not the end of a head; only the first counts. */
    void comes(C connection, long now) {
        begun.putIfAbsent(connection, now);
    }

    /** Nothing is waited for any more on that connection. */
    void ends(C connection) {
        begun.remove(connection);
    }

    /** Those whose time is over; each is named once. */
    List<C> late(long now) {
        List<C> late = begun.entrySet().stream().filter(head -> now - head.getValue() > patience)
                .map(Map.Entry::getKey).toList();
        late.forEach(begun::remove);
        return late;
    }
}

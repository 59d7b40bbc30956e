package imagegen.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import imagegen.log.Entry;
import imagegen.update.Cursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client's connection in a test: remembers what it was sent, stalls when told to. */
final class FakeOutlet implements Outlet {

    final List<String> received = new ArrayList<>();
    Optional<CloseReason> closed = Optional.empty();
    Optional<Duration> retry = Optional.empty();
    boolean breaks;
    private final Subscription subscription;
    private boolean stalled;
    private long stalledSince;

    FakeOutlet(Subscription subscription) {
        this.subscription = subscription;
    }

    void stalls(long since) {
        stalled = true;
        stalledSince = since;
    }

    void takesAgain() {
        stalled = false;
        subscription.signal();
    }

    @Override
    public boolean ready() {
        return !stalled && closed.isEmpty();
    }

    @Override
    public void send(Cursor cursor, Entry entry) {
        if (breaks) {
            throw new AssertionError("broken on purpose");
        }
        received.add(entry.requestId() + " "
                + new String(entry.json(), UTF_8).replaceAll(".*\"status\":\"([A-Z]+)\".*", "$1"));
    }

    @Override
    public void send(Notice notice) {
        retry = notice.retry();
        received.add(notice.event() + " " + notice.json());
    }

    @Override
    public void flush() {
        // Nothing is held back
    }

    @Override
    public void close(CloseReason reason) {
        if (closed.isEmpty()) {
            closed = Optional.of(reason);
            subscription.ended(reason);
        }
    }

    @Override
    public long stalledFor(long nanoTime) {
        return stalled ? nanoTime - stalledSince : 0;
    }

    List<String> take() {
        List<String> all = List.copyOf(received);
        received.clear();
        return all;
    }
}

package imagegen.log;

import imagegen.update.Cursor;
import imagegen.update.RequestId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assertions;

/** Alice, reading from a node: reads whenever it is woken, and remembers what it has heard. */
final class Client {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Reader reader;

    // Guarded by this
    private final List<String> heard = new ArrayList<>();
    private final Map<String, Cursor> cursors = new HashMap<>();
    private Optional<Cursor> last;

    Client(Nodes.Node node) {
        this(node, Optional.empty(), Set.of());
    }

    Client(Nodes.Node node, Optional<Cursor> after, Set<RequestId> only) {
        last = after;
        reader = node.logs().open("alice", after, only, this::read);
        read();
    }

    /** Leaves with the cursor of what it heard last. */
    Client resumesOn(Nodes.Node node) {
        return new Client(node, leaves(), Set.of());
    }

    synchronized Optional<Cursor> leaves() {
        reader.close();
        return last;
    }

    /** Waits until it has heard all of this, in this order; there may be more in between. */
    void has(String... expected) {
        long began = System.nanoTime();
        while (!heard(expected)) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                Assertions.assertEquals(List.of(expected), heard());
            }
            Thread.onSpinWait();
        }
    }

    synchronized List<String> heard() {
        return List.copyOf(heard);
    }

    synchronized Cursor cursorOf(String request) {
        return cursors.get(request);
    }

    private synchronized boolean heard(String... expected) {
        int found = 0;
        for (String one : heard) {
            if (found < expected.length && one.equals(expected[found])) {
                found++;
            }
        }
        return found == expected.length;
    }

    private synchronized void read() {
        if (reader == null) {
            return;
        }
        for (Optional<Reading> next = reader.next(); next.isPresent(); next = reader.next()) {
            switch (next.get()) {
                case Resumption verdict -> heard.add(verdict.name());
                case Entry entry -> {
                    last = Optional.of(reader.cursor());
                    cursors.put(entry.requestId().value(), reader.cursor());
                    heard.add(entry.requestId() + ":" + new String(entry.json(), StandardCharsets.UTF_8)
                            .replaceAll(".*\"status\":\"([A-Z]+)\".*", "$1"));
                }
            }
        }
    }
}

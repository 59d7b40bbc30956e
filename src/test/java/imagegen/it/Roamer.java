package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.it.EventStream.Event;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A client that reads, and goes to the next node with its cursor whenever a stream ends. */
final class Roamer {

    private static final int BETWEEN_ATTEMPTS = 100;

    final String user;
    private final String token;
    private final List<URI> nodes;
    private volatile boolean open;
    private volatile String cursor = "";
    private volatile int node;
    private volatile boolean over;

    // Guarded by this
    private final Set<String> expected = new HashSet<>();
    private final Map<String, Integer> ends = new HashMap<>();
    private final Map<String, Integer> verdicts = new HashMap<>();

    /** @param first the number of the node that it begins with */
    Roamer(String user, String token, List<URI> nodes, int first) {
        this.user = user;
        this.token = token;
        this.nodes = nodes;
        this.node = first % nodes.size();
    }

    void start() {
        Thread.ofVirtual().start(this::roam);
    }

    private void roam() {
        while (!over) {
            try (EventStream stream = new Gateway(nodes.get(node)).events(cursor.isEmpty() ? "" : "?after=" + cursor,
                    token)) {
                while (!over) {
                    Event event = stream.next();
                    open = true;
                    heard(event);
                    if (event.kind().equals("end") || event.kind().equals("drain")) {
                        break;
                    }
                }
            } catch (RuntimeException | AssertionError notThere) {
                pause();
            }
            node = (node + 1) % nodes.size();
        }
    }

    private synchronized void heard(Event event) {
        if (!event.id().isEmpty()) {
            cursor = event.id();
        }
        switch (event.kind()) {
            case "OK" -> ends.merge(event.requestId(), 1, Integer::sum);
            case "resume" -> verdicts.merge(event.json().getString("verdict"), 1, Integer::sum);
            default -> { }
        }
    }

    /** Whether it has ever been told anything. */
    boolean open() {
        return open;
    }

    /** Submits a prompt, where there is a node that takes it. */
    Optional<String> submits() {
        try {
            return Optional.of(new Gateway(nodes.get(node)).submit(token, "a fox"));
        } catch (RuntimeException | AssertionError notThere) {
            return Optional.empty();
        }
    }

    /** That request has ended, or is about to. */
    synchronized void expects(String id) {
        expected.add(id);
    }

    /** It was told all that it was to expect, once, and that each stream went on where the last had ended. */
    void finish() {
        Eventually.holds(this::hasAll);
        over = true;
        synchronized (this) {
            assertTrue(ends.values().stream().allMatch(times -> times == 1), () -> user + " was told twice: " + ends);
            assertTrue(Set.of("complete").containsAll(verdicts.keySet()), () -> user + ": " + verdicts);
        }
    }

    /** How often it was told that it could go on where it was. */
    synchronized int resumed() {
        return verdicts.getOrDefault("complete", 0);
    }

    private synchronized boolean hasAll() {
        return ends.keySet().containsAll(expected);
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_ATTEMPTS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

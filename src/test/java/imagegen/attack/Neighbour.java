package imagegen.attack;

import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.it.EventStream;
import imagegen.it.Gateway;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Somebody who means no harm: has a stream open, asks for a picture, and gets it. Knows how long that takes on this
 * machine in this minute, so that an attack is judged by what it does to him and a busy machine by nobody.
 */
final class Neighbour {

    private static final int PICTURES = 5;
    private static final double MOST = 1.5;

    private final Gateway gateway;
    private final String token;

    Neighbour(URI server, String name) {
        this.gateway = new Gateway(server);
        this.token = gateway.devToken(name, Duration.ofHours(1));
    }

    /** The middle one of some pictures' times, each with a stream of its own, from the opening to the last event. */
    Duration waits() {
        List<Duration> times = new ArrayList<>();
        for (int picture = 0; picture < PICTURES; picture++) {
            times.add(oneWait());
        }
        Collections.sort(times);
        return times.get(PICTURES / 2);
    }

    private Duration oneWait() {
        long began = System.nanoTime();
        try (EventStream stream = gateway.events("", token)) {
            String request = gateway.submit(token, "a lake");
            stream.next(event -> event.kind().equals("OK") && event.requestId().equals(request));
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** @param usual what {@link #waits()} was without an attack */
    void isServedAsUsual(Duration usual) {
        Duration first = waits();
        // A machine that is busy for a moment is not an attack that holds a thread: that one is still there
        Duration now = first.toNanos() <= MOST * usual.toNanos() ? first : waits();
        assertTrue(now.toNanos() <= MOST * usual.toNanos(),
                () -> "a picture took " + now.toMillis() + " ms instead of " + usual.toMillis());
    }
}

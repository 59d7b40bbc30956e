package imagegen.attack;

import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.it.EventStream;
import imagegen.it.Gateway;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;

/**
 * Somebody who means no harm: has a stream open, asks for a picture, and gets it.
 *
 * <p>An attack is judged by what it does to him: the middle one of {@value #PICTURES} pictures' times while it runs,
 * against the middle one of as many just before it. One that the machine was too busy for moves no middle, an attack that
 * holds a thread moves them all. There is no second try.
 */
final class Neighbour {

    private static final int PICTURES = 7;
    private static final double MOST = 1.5;

    private final Gateway gateway;
    private final String token;
    private Duration usual = Duration.ZERO;

    Neighbour(URI server, String name) {
        this.gateway = new Gateway(server);
        this.token = gateway.devToken(name, Duration.ofHours(1));
    }

    /** Learns what is usual on this machine in this minute: to be called right before an attack. */
    Neighbour looksAtTheClock() {
        usual = middleOne();
        return this;
    }

    private Duration middleOne() {
        Duration[] times = new Duration[PICTURES];
        Arrays.setAll(times, picture -> oneWait());
        Arrays.sort(times);
        return times[PICTURES / 2];
    }

    /** With a stream of its own, from the opening to the last event. */
    Duration oneWait() {
        long began = System.nanoTime();
        try (EventStream stream = gateway.events("", token)) {
            String request = gateway.submit(token, "a lake");
            stream.next(event -> event.kind().equals("OK") && event.requestId().equals(request));
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    void isServedAsUsual() {
        Duration now = middleOne();
        assertTrue(now.toNanos() <= MOST * usual.toNanos(),
                () -> "a picture took " + now.toMillis() + " ms instead of " + usual.toMillis());
    }
}

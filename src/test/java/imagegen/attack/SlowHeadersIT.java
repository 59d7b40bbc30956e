package imagegen.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.it.EventStream;
import imagegen.it.Eventually;
import imagegen.it.Gateway;
import imagegen.server.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Heads of requests that come byte by byte and never end: no silence is ever long enough to be one. */
class SlowHeadersIT {

    private static final int SOCKETS = 250;
    /** Ten seconds for a head, and some for the server to look. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final ServerProcess SERVER = Attacked.named("slow-headers");

    private static Neighbour neighbour;
    private final Gateway gateway = new Gateway(SERVER.uri());

    @BeforeAll
    static void start() {
        SERVER.start();
        neighbour = new Neighbour(SERVER.uri(), "neighbour");
        neighbour.oneWait();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void allAreClosedInTimeHoweverBusyTheyAre() {
        neighbour.looksAtTheClock();
        List<RawClient> clients = new ArrayList<>();
        try {
            long began = System.nanoTime();
            for (int socket = 0; socket < SOCKETS; socket++) {
                clients.add(RawClient.to(SERVER.uri()).sends("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));
            }
            neighbour.isServedAsUsual();
            int open = SOCKETS;
            while (open > 0) {
                open = (int) clients.stream().filter(client -> client.trySends("a")).count();
                assertTrue(System.nanoTime() - began < DEADLINE.toNanos(), open + " of " + SOCKETS + " are still open");
                neighbour.oneWait();
            }
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void theSecondHeadOfAConnectionHasADeadlineToo() {
        try (RawClient client = RawClient.to(SERVER.uri())) {
            client.sends(RawClient.head("GET /favicon.svg HTTP/1.1") + "GET /favicon.svg HTTP/1.1\r\nX-Slow: ");
            long began = System.nanoTime();
            while (client.trySends("a")) {
                assertTrue(System.nanoTime() - began < DEADLINE.toNanos(), "still open");
                neighbour.oneWait();
            }
        }
    }

    /** What is open for longer than any head may take: a stream, a waiting poll, a connection between two requests. */
    @Test
    void whoseHeadIsWholeIsLeftAlone() {
        String token = gateway.devToken("ada", Duration.ofHours(1));
        try (RawClient dribble = RawClient.to(SERVER.uri()).sends("GET / HTTP/1.1\r\nX-Slow: ");
                RawClient kept = RawClient.to(SERVER.uri()).sends(RawClient.head("GET /favicon.svg HTTP/1.1"));
                RawClient poll = RawClient.to(SERVER.uri()).sends(RawClient.head(
                        "GET /api/image-gen/updates?wait=15 HTTP/1.1", "Authorization: Bearer " + token));
                EventStream stream = gateway.events("", token)) {
            Eventually.holds(() -> !dribble.trySends("a"));
            String request = gateway.submit(token, "a lake");
            stream.next(event -> event.kind().equals("OK") && event.requestId().equals(request));
            Stream.of(kept, poll).forEach(client ->
                    client.sends(RawClient.head("GET /favicon.svg HTTP/1.1", "Connection: close")));
            assertEquals(2, answers(kept));
            assertEquals(2, answers(poll));
        }
    }

    private static int answers(RawClient client) {
        return client.hearsToTheEnd(DEADLINE).split("HTTP/1.1 200", -1).length - 1;
    }
}

package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.update.Failure;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventStreamTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration STALL = Duration.ofSeconds(20);
    private static final RequestId ONE = new RequestId("one");
    private static final RequestId TWO = new RequestId("two");

    private final Feed feed = new Feed();
    private final FakeOutput output = new FakeOutput();
    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicInteger forgotten = new AtomicInteger();
    private final Instant start = Instant.now();

    @Test
    void streamsWhatIsStillToComeOfItsUserOnly() throws IOException {
        post("alice", Progress.of(ONE, 1));
        open("alice", false, feed.head());
        post("alice", Progress.of(ONE, 2));
        post("bob", Progress.of(TWO, 3));
        assertEquals("""
            retry: 1000

            event: message
            id: e-2
            data: {"request_id":"one","status":"PROGRESS","payload":{"progress":2}}

            """, output.text());
        assertFalse(output.unflushed());
    }

    @Test
    void namesTheOwnerToAServiceThatSeesEverybodys() throws IOException {
        open("gateway", true, 0);
        post("bo\"b", Failure.of(TWO, "no"));
        assertTrue(output.text().contains(
            "data: {\"user_id\":\"bo\\\"b\",\"request_id\":\"two\",\"status\":\"ERROR\",\"message\":\"no\"}\n"),
            output.text());
    }

    @Test
    void resumesWithWhatTheReaderLacksSupersededProgressLeftOut() throws IOException {
        post("alice", Progress.of(ONE, 1));
        post("alice", Progress.of(TWO, 1));
        post("alice", Progress.of(ONE, 2));
        post("alice", Failure.of(ONE, "no"));
        open("alice", false, 1);
        assertEquals(2, output.text().split("event: message").length - 1);
        assertTrue(output.text().indexOf("e-2") < output.text().indexOf("e-4"));
    }

    @Test
    void leavesAClientThatTakesNothingBehindAndLetsItCatchUp() throws IOException {
        open("alice", false, 0);
        output.takes(false);
        for (int percent = 0; percent < 100; percent++) {
            post("alice", Progress.of(ONE, percent));
        }
        post("alice", Failure.of(ONE, "no"));
        assertFalse(output.text().contains("event:"));
        output.takes(true);
        assertEquals(1, output.text().split("event: message").length - 1);
        assertTrue(output.text().contains("ERROR"));
    }

    @Test
    void closesAClientThatHasStalledTooLong() throws IOException {
        EventStream stream = open("alice", false, 0);
        output.takes(false);
        post("alice", Progress.of(ONE, 1));
        stream.tick(start.plusSeconds(15), HEARTBEAT, STALL);
        assertEquals(0, completed.get());
        stream.tick(start.plusSeconds(60), HEARTBEAT, STALL);
        assertEquals(1, completed.get());
        assertEquals(1, forgotten.get());
        post("alice", Progress.of(ONE, 2));
        assertEquals(1, forgotten.get());
    }

    @Test
    void sendsHeartbeatsInTheirTime() throws IOException {
        EventStream stream = open("alice", false, 0);
        stream.tick(start.plusSeconds(9), HEARTBEAT, STALL);
        assertFalse(output.text().contains("heartbeat"));
        stream.tick(start.plusSeconds(10), HEARTBEAT, STALL);
        stream.tick(start.plusSeconds(11), HEARTBEAT, STALL);
        stream.tick(start.plusSeconds(20), HEARTBEAT, STALL);
        assertEquals(2, output.text().split("event: heartbeat\ndata: \\{\"type\":\"ping\"}\n\n", -1).length - 1);
    }

    @Test
    void endsWithItsToken() throws IOException {
        EventStream stream = open("alice", false, 0);
        stream.tick(start.plusSeconds(3599), HEARTBEAT, STALL);
        assertEquals(0, completed.get());
        stream.tick(start.plusSeconds(3600), HEARTBEAT, STALL);
        assertEquals(1, completed.get());
        assertEquals(1, forgotten.get());
    }

    @Test
    void forgetsAClientThatHasGone() throws IOException {
        open("alice", false, 0);
        output.leaves();
        post("alice", Progress.of(ONE, 1));
        assertEquals(1, forgotten.get());
        assertEquals(1, completed.get());
    }

    private EventStream open(String user, boolean service, long from) throws IOException {
        var reader = new EventStream.Reader(
            user, service, item -> service || item.user().equals(user), from, start.plusSeconds(3600));
        var stream = new EventStream(
            feed, "e", reader, output.context(), completed::incrementAndGet, start.plus(HEARTBEAT),
            forgotten::incrementAndGet);
        stream.start();
        return stream;
    }

    private void post(String user, Update update) {
        feed.post(user, update);
        feed.ring(user);
    }
}

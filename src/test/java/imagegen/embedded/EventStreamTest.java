package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.sse.AsyncSse;
import imagegen.sse.FakeConnection;
import imagegen.update.Failure;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration STALL = Duration.ofSeconds(20);
    private static final RequestId ONE = new RequestId("one");
    private static final RequestId TWO = new RequestId("two");

    private final Feed feed = new Feed();
    private final FakeConnection output = FakeConnection.thatIsReadyAtOnce();
    private final AtomicInteger forgotten = new AtomicInteger();
    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();

    @AfterEach
    void keptTheServletContract() {
        output.assertContractKept();
    }

    @Test
    void streamsWhatIsStillToComeOfItsUserOnly() throws IOException {
        post("alice", Progress.of(ONE, 1));
        open("alice", false, feed.head());
        post("alice", Progress.of(ONE, 2));
        post("bob", Progress.of(TWO, 3));
        assertEquals("""
            retry: 1000

            id: e-2
            event: message
            data: {"request_id":"one","status":"PROGRESS","payload":{"progress":2}}

            """, output.received());
    }

    @Test
    void namesTheOwnerToAServiceThatSeesEverybodys() throws IOException {
        open("gateway", true, 0);
        post("bo\"b", Failure.of(TWO, "no"));
        assertTrue(output.received().contains(
            "data: {\"user_id\":\"bo\\\"b\",\"request_id\":\"two\",\"status\":\"ERROR\",\"message\":\"no\"}\n"),
            output.received());
    }

    @Test
    void resumesWithWhatTheReaderLacksSupersededProgressLeftOut() throws IOException {
        post("alice", Progress.of(ONE, 1));
        post("alice", Progress.of(TWO, 1));
        post("alice", Progress.of(ONE, 2));
        post("alice", Failure.of(ONE, "no"));
        open("alice", false, 1);
        assertEquals(2, output.received().split("event: message").length - 1);
        assertTrue(output.received().indexOf("e-2") < output.received().indexOf("e-4"));
    }

    @Test
    void leavesAClientThatTakesNothingBehindAndLetsItCatchUp() throws IOException {
        open("alice", false, 0);
        output.clientStopsReading();
        for (int percent = 0; percent < 100; percent++) {
            post("alice", Progress.of(ONE, percent));
        }
        post("alice", Failure.of(ONE, "no"));
        assertFalse(output.received().contains("event:"));
        output.clientReadsAgain();
        // The first, which the server had room for, and the last
        assertEquals(2, output.received().split("event: message").length - 1);
        assertTrue(output.received().contains("ERROR"));
    }

    @Test
    void closesAClientThatHasStalledTooLong() throws IOException {
        EventStream stream = open("alice", false, 0);
        output.clientStopsReading();
        post("alice", Progress.of(ONE, 1));
        tick(stream, 15);
        assertEquals(0, output.completions());
        tick(stream, 60);
        assertEquals(1, output.completions());
        assertEquals(1, forgotten.get());
        post("alice", Progress.of(ONE, 2));
        assertEquals(1, forgotten.get());
    }

    @Test
    void sendsHeartbeatsInTheirTime() throws IOException {
        EventStream stream = open("alice", false, 0);
        tick(stream, 9);
        assertFalse(output.received().contains("heartbeat"));
        tick(stream, 10);
        tick(stream, 11);
        tick(stream, 20);
        assertEquals(2, output.received().split("event: heartbeat\ndata: \\{\"type\":\"ping\"}\n\n", -1).length - 1);
    }

    @Test
    void endsWithItsToken() throws IOException {
        EventStream stream = open("alice", false, 0);
        tick(stream, 3599);
        assertEquals(0, output.completions());
        tick(stream, 3600);
        assertEquals(1, output.completions());
        assertEquals(1, forgotten.get());
    }

    @Test
    void forgetsAClientThatHasGone() throws IOException {
        open("alice", false, 0);
        output.clientLeaves();
        post("alice", Progress.of(ONE, 1));
        assertEquals(1, forgotten.get());
        assertEquals(1, output.completions());
    }

    private EventStream open(String user, boolean service, long from) throws IOException {
        var reader = new EventStream.Reader(
            user, service, item -> service || item.user().equals(user), from, start.plusSeconds(3600));
        var sse = new AsyncSse();
        var stream = new EventStream(
            feed, "e", reader, sse, sse.sink(output), start.plus(HEARTBEAT), forgotten::incrementAndGet);
        stream.start();
        return stream;
    }

    /** @param seconds since the start */
    private void tick(EventStream stream, int seconds) {
        long nanos = startNanos + Duration.ofSeconds(seconds).toNanos();
        stream.tick(start.plusSeconds(seconds), nanos, HEARTBEAT, STALL);
    }

    private void post(String user, Update update) {
        feed.post(user, update);
        feed.ring(user);
    }
}

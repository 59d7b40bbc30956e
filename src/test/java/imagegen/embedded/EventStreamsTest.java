package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.sse.FakeConnection;
import imagegen.update.Failure;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamsTest {

    private static final RequestId ONE = new RequestId("one");
    private static final RequestId TWO = new RequestId("two");
    private static final Visitor ALICE = visitor("alice");

    private final Feed feed = new Feed();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final List<FakeConnection> connections = new ArrayList<>();
    private final EventStreams streams = new EventStreams(feed, settings(), new TestClock(), scheduler);

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
        connections.forEach(FakeConnection::assertContractKept);
    }

    @Test
    void givesANewReaderOnlyWhatIsStillToCome() throws IOException {
        post("alice", Failure.of(ONE, "no"));
        FakeConnection output = open(ALICE, List.of(), Optional.empty());
        assertFalse(output.received().contains("event:"));
        post("alice", Progress.of(TWO, 1));
        assertTrue(output.received().contains("two"));
    }

    @Test
    void givesAReaderThatComesBackWhatItMissed() throws IOException {
        FakeConnection before = open(ALICE, List.of(), Optional.empty());
        post("alice", Progress.of(ONE, 1));
        String last = before.received().lines().filter(line -> line.startsWith("id: ")).toList().getLast().substring(4);
        post("alice", Progress.of(TWO, 1));
        post("alice", Failure.of(ONE, "no"));
        FakeConnection after = open(ALICE, List.of(), Optional.of(last));
        assertEquals(2, events(after));
    }

    @ParameterizedTest
    @ValueSource(strings = {"of-another-start-1", "x", "-1", "1"})
    void givesTheStateOfEveryKnownRequestToAReaderWhosePlaceItDoesNotKnow(String lastEventId) throws IOException {
        post("alice", Failure.of(ONE, "no"));
        post("alice", Progress.of(TWO, 1));
        post("bob", Progress.of(new RequestId("three"), 1));
        assertEquals(2, events(open(ALICE, List.of(), Optional.of(lastEventId))));
    }

    @Test
    void givesOnlyTheRequestsThatWereNamedAndNeverAnotherUsers() throws IOException {
        FakeConnection output = open(ALICE, List.of(ONE), Optional.empty());
        post("alice", Progress.of(ONE, 1));
        post("alice", Progress.of(TWO, 1));
        post("bob", Progress.of(ONE, 99));
        assertEquals(1, events(output));
        // Not of the whole text: an id may have any digits in it
        assertTrue(output.received().lines().filter(line -> line.startsWith("data:")).noneMatch(it -> it.contains("99")));
    }

    @Test
    void hasRoomForSoManyStreamsOfOneUserAndForTheNextWhenOneHasEnded() throws IOException {
        FakeConnection first = open(ALICE, List.of(), Optional.empty());
        for (int i = 1; i < EventStreams.MOST_PER_USER; i++) {
            assertTrue(streams.roomFor("alice"));
            open(ALICE, List.of(), Optional.empty());
        }
        assertFalse(streams.roomFor("alice"));
        assertTrue(streams.roomFor("bob"));
        first.clientLeaves();
        post("alice", Progress.of(ONE, 1));
        assertTrue(streams.roomFor("alice"));
    }

    @Test
    void endsAllStreamsWhenClosed() throws IOException {
        open(ALICE, List.of(), Optional.empty());
        open(visitor("bob"), List.of(), Optional.empty());
        streams.close();
        assertEquals(2, connections.stream().mapToInt(FakeConnection::completions).sum());
    }

    private FakeConnection open(Visitor visitor, List<RequestId> requests, Optional<String> lastEventId)
            throws IOException {
        var output = FakeConnection.thatIsReadyAtOnce();
        connections.add(output);
        streams.open(visitor, requests, lastEventId, streams.sse().sink(output));
        return output;
    }

    private void post(String user, Update update) {
        feed.post(user, update);
        feed.ring(user);
    }

    private static int events(FakeConnection output) {
        return output.received().split("event: message", -1).length - 1;
    }

    private static Visitor visitor(String user) {
        return new Visitor(user, false, Instant.MAX);
    }

    private static Settings settings() {
        return new Settings(Duration.ZERO, Duration.ZERO, 2, 4, 3, 1 << 20, Duration.ofHours(1),
            Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofHours(1), Path.of("key.pem"));
    }
}

package imagegen.delivery.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.access.TokenClock;
import imagegen.delivery.Asked;
import imagegen.delivery.Deliveries;
import imagegen.delivery.DeliveryConfig;
import imagegen.log.MemoryLogs;
import imagegen.log.Retention;
import imagegen.rollout.TransportPolicy;
import imagegen.sse.FakeConnection;
import imagegen.telemetry.Telemetry;
import imagegen.time.TurnedTime;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Success;
import imagegen.update.Update;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Event streams as the resource opens them, over a servlet container that minds its contract. */
class UserStreamsTest {

    private static final String BEAT = "event: heartbeat\ndata: {\"type\":\"ping\"}\n\n";

    private final TurnedTime time = new TurnedTime();
    private final MemoryLogs logs = new MemoryLogs(Retention.DEFAULT, time::nanos);
    private final Attendance attendance = new Attendance(16, 100);
    private final Deliveries deliveries = new Deliveries(DeliveryConfig.DEFAULT, logs, attendance,
            new TransportPolicy(key -> Optional.empty(), time::nanos), new TokenClock(time, time::nanos),
            new Deliveries.Means(time, new Random(4), Runnable::run), new Telemetry(), "");
    private final UserStreams streams = new UserStreams(deliveries);
    private final List<FakeConnection> connections = new ArrayList<>();

    @AfterEach
    void keptTheServletContract() {
        connections.forEach(FakeConnection::assertContractKept);
    }

    @Test
    void saysWhatIsKnownInOneWriteAndThenWhatFollows() throws IOException {
        logs.append("alice", Progress.of(new RequestId("a"), 1));
        logs.append("alice", done("b"));
        FakeConnection connection = open("alice");
        assertEquals(1, connection.flushes());
        String hello = "retry: 3000\nevent: heartbeat\ndata: {\"type\":\"ping\",\"interval\":15000}\n\n";
        assertTrue(connection.received().startsWith(hello + "id: "), connection.received());
        logs.append("alice", done("a"));
        assertEquals(2, connection.flushes());
        assertTrue(connection.received().endsWith(
                "\nevent: message\ndata: {\"request_id\":\"a\",\"status\":\"OK\"}\n\n"),
                connection.received());
    }

    @Test
    void gathersNoMoreThanAClientMayTakeAtOnce() throws IOException {
        for (int i = 0; i < 200; i++) {
            logs.append("alice", done("request-" + i));
        }
        FakeConnection connection = open("alice");
        assertEquals(200, connection.received().split("\"OK\"", -1).length - 1);
        assertTrue(connection.flushes() > 1 && connection.flushes() < 10, "flushes: " + connection.flushes());
    }

    @Test
    void aClientThatTakesNothingSkipsWhatWasSuperseded() throws IOException {
        FakeConnection connection = open("alice");
        logs.append("alice", Progress.of(new RequestId("a"), 1));
        connection.clientStopsReading();
        logs.append("alice", Progress.of(new RequestId("a"), 2));
        logs.append("alice", Progress.of(new RequestId("a"), 3));
        logs.append("alice", done("a"));
        connection.clientReadsAgain();
        assertFalse(connection.received().contains("\"progress\":3"), connection.received());
        assertTrue(connection.received().contains("\"OK\""), connection.received());
    }

    @Test
    void aClientThatHasGoneIsFoundOutWhenAnotherStreamIsOpened() throws IOException {
        open("alice").clientLeaves();
        open("bob");
        open("alice");
        assertEquals(2, attendance.streams());
        open("alice");
        assertEquals(3, attendance.streams(), "whoever is alive stays");
    }

    @Test
    void anOpeningIsAHeartbeatToTheUsersOtherStreamsOnly() throws IOException {
        FakeConnection first = open("alice");
        FakeConnection bob = open("bob");
        open("alice");
        assertTrue(first.received().endsWith(BEAT), first.received());
        assertFalse(bob.received().endsWith(BEAT), bob.received());
    }

    @Test
    void aUserIsForgottenWithTheLastOfTheirStreams() throws IOException {
        open("alice");
        open("alice");
        open("bob");
        deliveries.drained().step(time.nanos() + Duration.ofMinutes(1).toNanos());
        assertEquals(0, attendance.streams());
        assertEquals(0, streams.users());
    }

    private FakeConnection open(String user) throws IOException {
        FakeConnection connection = FakeConnection.thatIsReadyAtOnce();
        connections.add(connection);
        streams.open(new Caller(user, "token", time.instant().plusSeconds(3600), Optional.empty()),
                new Asked(Set.of(), Optional.empty()), sse -> sse.sink(connection));
        return connection;
    }

    private static Update done(String id) {
        return Success.of(new RequestId(id), List.of());
    }
}

package imagegen.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.access.TokenClock;
import imagegen.log.MemoryLogs;
import imagegen.log.Retention;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.rollout.Transport;
import imagegen.rollout.TransportPolicy;
import imagegen.telemetry.Telemetry;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Success;
import imagegen.update.Update;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    // Real nanoseconds plus what the test adds, because an entry's age is measured against the real clock
    private long passed;
    private final MapConfig config = new MapConfig();
    private final MemoryLogs logs = new MemoryLogs(Retention.DEFAULT, System::nanoTime);
    private final Attendance attendance = new Attendance(3, 5);
    private final TokenClock tokens = new TokenClock(() -> NOON.plusNanos(passed), () -> passed);
    private final DeliveryConfig settings = new DeliveryConfig(Duration.ofSeconds(15), Duration.ofSeconds(3),
            Duration.ofSeconds(20), Duration.ofMillis(20), Duration.ZERO);
    private final Deliveries deliveries = new Deliveries(settings, logs, attendance, new TransportPolicy(config),
            tokens, () -> System.nanoTime() + passed, new Telemetry(), "/gateway");

    @Test
    void carriesWhatIsKnownAndThenWhatFollows() {
        append("alice", progress("a", 10));
        FakeOutlet outlet = open("alice");
        assertEquals(List.of("a PROGRESS"), outlet.take());
        append("alice", done("a"));
        append("bob", done("b"));
        assertEquals(List.of("a OK"), outlet.take());
    }

    @Test
    void resumesAfterACursorAndSaysHowThatWent() {
        append("alice", done("a"));
        append("alice", done("b"));
        FakeOutlet outlet = open("alice", new Asked(Set.of(), Optional.empty()));
        assertEquals(List.of("a OK", "b OK"), outlet.take());
        FakeOutlet lost = open("alice", Asked.of(List.of(), "no cursor", null));
        assertEquals(List.of("resume {\"verdict\":\"gap\",\"reason\":\"unknown\"}", "a OK", "b OK"), lost.take());
    }

    @Test
    void aReaderThatStallsCostsNobodyAndSkipsSupersededProgress() {
        FakeOutlet slow = open("alice");
        FakeOutlet quick = open("alice");
        slow.stalls();
        append("alice", progress("a", 1));
        append("alice", progress("a", 2));
        append("alice", done("a"));
        assertEquals(List.of("a PROGRESS", "a PROGRESS", "a OK"), quick.take());
        assertEquals(List.of(), slow.take());
        slow.takesAgain();
        assertEquals(List.of("a OK"), slow.take());
    }

    @Test
    void aReaderThatStallsTooLongIsClosed() {
        FakeOutlet slow = open("alice");
        slow.stalls();
        pass(Duration.ofSeconds(19));
        assertEquals(Optional.empty(), slow.closed);
        pass(Duration.ofSeconds(2));
        assertEquals(Optional.of(CloseReason.STALLED), slow.closed);
        assertEquals(0, attendance.streams());
    }

    @Test
    void aQuietStreamBeatsAndABusyOneNeedNot() {
        FakeOutlet outlet = open("alice");
        pass(Duration.ofSeconds(16));
        assertEquals(List.of("heartbeat {\"type\":\"ping\"}"), outlet.take());
        append("alice", done("a"));
        pass(Duration.ofSeconds(16));
        assertEquals(List.of("a OK"), outlet.take());
        pass(Duration.ofSeconds(16));
        assertEquals(List.of("heartbeat {\"type\":\"ping\"}"), outlet.take());
    }

    @Test
    void warnsBeforeTheTokenEndsAndEndsWithIt() {
        FakeOutlet outlet = open(caller("alice", NOON.plusSeconds(40)));
        pass(Duration.ofSeconds(5));
        assertEquals(List.of(), ofTheSession(outlet));
        pass(Duration.ofSeconds(10));
        assertEquals(List.of("session {\"state\":\"expiring\",\"expires_at\":\"2026-11-23T12:00:40Z\"}"),
                ofTheSession(outlet));
        pass(Duration.ofSeconds(25));
        assertEquals("session {\"state\":\"expired\"}", outlet.received.getLast());
        assertEquals(Optional.of(CloseReason.TOKEN_ENDED), outlet.closed);
    }

    @Test
    void endsWithTheTokenEvenIfTheClientTakesNothing() {
        FakeOutlet outlet = open(caller("alice", NOON.plusSeconds(10)));
        outlet.stalls();
        pass(Duration.ofSeconds(10));
        assertEquals(Optional.of(CloseReason.TOKEN_ENDED), outlet.closed);
    }

    @Test
    void goesOnWithARenewedTokenWithoutReconnecting() {
        Caller old = new Caller("alice", "old", NOON.plusSeconds(20), Optional.of("session-1"));
        Caller fresh = new Caller("alice", "new", NOON.plusSeconds(3600), Optional.of("session-2"));
        FakeOutlet outlet = open(old);
        assertEquals(1, attendance.renew(old, fresh));
        assertEquals(List.of("session {\"state\":\"renewed\",\"expires_at\":\"2026-11-23T13:00:00Z\"}"), outlet.take());
        pass(Duration.ofSeconds(60));
        assertEquals(Optional.empty(), outlet.closed);
    }

    @Test
    void movesOpenStreamsWhenTheFlagChangesAndRefusesNewOnes() {
        FakeOutlet outlet = open("alice");
        config.values.put("image-gen.transport", "websocket");
        turnThePolicysClock();
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertTrue(outlet.received.getLast().startsWith(
                "transport {\"transport\":\"websocket\",\"url\":\"/gateway/ws/image-gen\""), outlet.received::toString);
        assertEquals(Optional.of(CloseReason.MOVED), outlet.closed);
        ProblemException refused = assertThrows(ProblemException.class, () -> open("alice"));
        assertTrue(refused.problem().is(ProblemType.TRANSPORT_SWITCHED_OFF));
    }

    @Test
    void refusesOneStreamTooManyAndKeepsTheOthers() {
        List<FakeOutlet> three = List.of(open("alice"), open("alice"), open("alice"));
        ProblemException refused = assertThrows(ProblemException.class, () -> open("alice"));
        assertTrue(refused.problem().is(ProblemType.TOO_MANY_STREAMS));
        append("alice", done("a"));
        three.forEach(outlet -> assertEquals(List.of("a OK"), outlet.take()));
        three.getFirst().close(CloseReason.CLIENT_LEFT);
        open("alice");
    }

    @Test
    void endsEveryStreamWithAnotherTimeToComeBackAndAdmitsNoMore() throws InterruptedException {
        List<FakeOutlet> outlets = List.of(open("alice"), open("bob"), open("carol"));
        deliveries.drain();
        List<String> farewells = new ArrayList<>();
        for (FakeOutlet outlet : outlets) {
            assertEquals(Optional.of(CloseReason.DRAINED), outlet.closed);
            farewells.add(outlet.received.getLast());
        }
        assertTrue(farewells.stream().allMatch(it -> it.matches("drain \\{\"retry\":[3-6]\\d{3}}")),
                farewells::toString);
        assertEquals(3, farewells.stream().distinct().count());
        ProblemException refused = assertThrows(ProblemException.class, () -> open("dave"));
        assertTrue(refused.problem().is(ProblemType.DRAINING));
    }

    @Test
    void forgetsAClientThatLeft() {
        FakeOutlet outlet = open("alice");
        outlet.close(CloseReason.CLIENT_LEFT);
        append("alice", done("a"));
        assertEquals(List.of(), outlet.take());
        assertEquals(0, attendance.streams());
    }

    @Test
    void aClientThatLeftBeforeItsStreamBeganLeavesNothingBehind() {
        Deliveries.Admitted admitted = deliveries.admit(Transport.SSE, caller("alice", NOON.plusSeconds(99)),
                new Asked(Set.of(), Optional.empty()));
        FakeOutlet outlet = new FakeOutlet(admitted.subscription());
        outlet.close(CloseReason.CLIENT_LEFT);
        admitted.begin(outlet);
        append("alice", done("a"));
        pass(Duration.ofMinutes(1));
        assertEquals(List.of(), outlet.take());
        assertEquals(0, attendance.streams());
    }

    private static List<String> ofTheSession(FakeOutlet outlet) {
        return outlet.take().stream().filter(it -> it.startsWith("session")).toList();
    }

    private void pass(Duration time) {
        passed += time.toNanos();
        deliveries.tick();
    }

    /** The policy looks at the configuration twice a second of real time. */
    private void turnThePolicysClock() {
        long began = System.nanoTime();
        while (System.nanoTime() - began < Duration.ofMillis(600).toNanos()) {
            Thread.onSpinWait();
        }
    }

    private FakeOutlet open(String user) {
        return open(caller(user, NOON.plusSeconds(3600)));
    }

    private FakeOutlet open(Caller caller) {
        return open(caller, new Asked(Set.of(), Optional.empty()));
    }

    private FakeOutlet open(String user, Asked asked) {
        return open(caller(user, NOON.plusSeconds(3600)), asked);
    }

    private FakeOutlet open(Caller caller, Asked asked) {
        Deliveries.Admitted admitted = deliveries.admit(Transport.SSE, caller, asked);
        FakeOutlet outlet = new FakeOutlet(admitted.subscription());
        admitted.begin(outlet);
        return outlet;
    }

    private static Caller caller(String user, Instant until) {
        return new Caller(user, "token", until, Optional.empty());
    }

    private void append(String user, Update update) {
        logs.append(user, update);
    }

    private static Update progress(String id, int percent) {
        return Progress.of(new RequestId(id), percent);
    }

    private static Update done(String id) {
        return Success.of(new RequestId(id), List.of());
    }
}

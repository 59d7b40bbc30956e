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
import imagegen.time.TurnedTime;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Success;
import imagegen.update.Update;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

    private static final String BEAT = "heartbeat {\"type\":\"ping\"}";
    
    private final TurnedTime time = new TurnedTime();
    private final Map<String, String> config = new HashMap<>();
    private boolean brokenConfig;
    private final MemoryLogs logs = new MemoryLogs(Retention.DEFAULT, time::nanos);
    private final Attendance attendance = new Attendance(3, 5);
    private final Instant noon = time.instant();
    private final TokenClock tokens = new TokenClock(time, time::nanos);
    private final DeliveryConfig settings = new DeliveryConfig(Duration.ofSeconds(15), Duration.ofSeconds(3),
            Duration.ofSeconds(20), Duration.ofMillis(20), Duration.ZERO, 600);
    private final TransportPolicy policy = new TransportPolicy(
            this::configured, time::nanos);
    private final Deliveries deliveries = new Deliveries(settings, logs, attendance, policy, tokens,
            new Deliveries.Means(time, new Random(4), Runnable::run), new Telemetry(), "/gateway");

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
        slow.stalls(time.nanos());
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
        slow.stalls(time.nanos());
        pass(Duration.ofSeconds(19));
        assertEquals(Optional.empty(), slow.closed);
        pass(Duration.ofSeconds(2));
        assertEquals(Optional.of(CloseReason.STALLED), slow.closed);
        assertEquals(0, attendance.streams());
    }

    @Test
    void saysFirstHowOftenItWillSaySomethingAndWhenToComeBack() {
        FakeOutlet outlet = begin(caller("alice", noon.plusSeconds(3600)), new Asked(Set.of(), Optional.empty()));
        assertEquals(List.of("heartbeat {\"type\":\"ping\",\"interval\":15000}"), outlet.received);
        assertEquals(Optional.of(Duration.ofSeconds(3)), outlet.retry);
    }

    @Test
    void isNeverSilentForLongerThanTheHeartbeatsInterval() {
        FakeOutlet outlet = open("alice");
        int silent = 0;
        for (int halfSeconds = 0; halfSeconds < 600; halfSeconds++) {
            if (halfSeconds % 27 == 0) {
                append("alice", progress("a", halfSeconds / 6));
            }
            pass(Deliveries.TICK);
            silent = outlet.take().isEmpty() ? silent + 1 : 0;
            assertTrue(silent <= 30, "silent for more than 15 s after " + halfSeconds / 2 + " s");
        }
    }

    @Test
    void aStreamOnWhichSomethingIsSentNeedsNoHeartbeat() {
        FakeOutlet outlet = open("alice");
        pass(Duration.ofSeconds(16));
        assertEquals(List.of(BEAT), outlet.take());
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(14));
            append("alice", progress("a", i));
            assertEquals(List.of("a PROGRESS"), outlet.take());
        }
        pass(Duration.ofSeconds(14));
        assertEquals(List.of(), outlet.take());
        pass(Duration.ofSeconds(1));
        assertEquals(List.of(BEAT), outlet.take());
    }

    @Test
    void heartbeatsDoNotPileUpForAClientThatStalls() {
        FakeOutlet outlet = open("alice");
        outlet.stalls(time.nanos());
        for (int i = 0; i < 38; i++) {
            pass(Deliveries.TICK);
        }
        outlet.takesAgain();
        assertEquals(List.of(BEAT), outlet.take());
    }

    @Test
    void anErrorEndsOneStreamAndLeavesNothingBehind() {
        Deliveries.Admitted admitted = deliveries.admit(Transport.SSE, caller("alice", noon.plusSeconds(99)),
                new Asked(Set.of(), Optional.empty()));
        FakeOutlet broken = new FakeOutlet(admitted.subscription());
        admitted.begin(broken);
        FakeOutlet other = open("alice");
        broken.breaks = true;
        append("alice", done("a"));
        assertEquals(Optional.of(CloseReason.FAILED), broken.closed);
        assertEquals(List.of("a OK"), other.take());
        assertEquals(1, attendance.streams());
        assertEquals(1, deliveries.open());
    }

    @Test
    void warnsBeforeTheTokenEndsAndEndsWithIt() {
        FakeOutlet outlet = open(caller("alice", noon.plusSeconds(40)));
        pass(Duration.ofSeconds(5));
        assertEquals(List.of(), ofTheSession(outlet));
        pass(Duration.ofSeconds(10));
        assertEquals(List.of("session {\"state\":\"expiring\",\"expires_at\":\"2026-11-23T10:00:40Z\"}"),
                ofTheSession(outlet));
        pass(Duration.ofSeconds(25));
        assertEquals("session {\"state\":\"expired\"}", outlet.received.getLast());
        assertEquals(Optional.of(CloseReason.TOKEN_ENDED), outlet.closed);
    }

    @Test
    void endsWithTheTokenEvenIfTheClientTakesNothing() {
        FakeOutlet outlet = open(caller("alice", noon.plusSeconds(10)));
        outlet.stalls(time.nanos());
        pass(Duration.ofSeconds(10));
        assertEquals(Optional.of(CloseReason.TOKEN_ENDED), outlet.closed);
    }

    @Test
    void doesNotBeginWithATokenThatEndsBeforeAnybodyWouldLook() {
        FakeOutlet outlet = begin(caller("alice", noon.plusMillis(400)), new Asked(Set.of(), Optional.empty()));
        assertEquals("session {\"state\":\"expired\"}", outlet.received.getLast());
        assertEquals(Optional.of(CloseReason.TOKEN_ENDED), outlet.closed);
    }

    @Test
    void goesOnWithARenewedTokenWithoutReconnecting() {
        Caller old = new Caller("alice", "old", noon.plusSeconds(20), Optional.of("session-1"));
        Caller fresh = new Caller("alice", "new", noon.plusSeconds(3600), Optional.of("session-2"));
        FakeOutlet outlet = open(old);
        assertEquals(1, attendance.renew(old, fresh));
        assertEquals(List.of("session {\"state\":\"renewed\",\"expires_at\":\"2026-11-23T11:00:00Z\"}"), outlet.take());
        pass(Duration.ofSeconds(60));
        assertEquals(Optional.empty(), outlet.closed);
    }

    @Test
    void movesOpenStreamsWhenTheFlagChangesAndRefusesNewOnes() {
        FakeOutlet outlet = open("alice");
        config.put("image-gen.transport", "websocket");
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertTrue(outlet.received.getLast().startsWith(
                "transport {\"transport\":\"websocket\",\"url\":\"/gateway/ws/image-gen\""), outlet.received::toString);
        assertEquals(Optional.of(CloseReason.MOVED), outlet.closed);
        ProblemException refused = assertThrows(ProblemException.class, () -> open("alice"));
        assertTrue(refused.problem().is(ProblemType.TRANSPORT_SWITCHED_OFF));
    }

    @Test
    void movesAStreamThatWasAdmittedJustBeforeTheFlagChangedAndOpenedJustAfter() {
        Deliveries.Admitted admitted = deliveries.admit(Transport.SSE, caller("alice", noon.plusSeconds(99)),
                new Asked(Set.of(), Optional.empty()));
        config.put("image-gen.transport", "websocket");
        pass(Duration.ofSeconds(1));
        FakeOutlet outlet = new FakeOutlet(admitted.subscription());
        admitted.begin(outlet);
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertEquals(Optional.of(CloseReason.MOVED), outlet.closed);
    }

    @Test
    void endsTokensAlsoWhileTheFlagCanNotBeRead() {
        FakeOutlet outlet = open(caller("alice", noon.plusSeconds(10)));
        brokenConfig = true;
        pass(Duration.ofSeconds(10));
        assertEquals(Optional.of(CloseReason.TOKEN_ENDED), outlet.closed);
    }

    @Test
    void endsInTheMomentOfTheSignOut() {
        Caller alice = new Caller("alice", "token", noon.plusSeconds(3600), Optional.of("session-1"));
        FakeOutlet outlet = open(alice);
        attendance.end(alice);
        append("alice", done("a"));
        assertEquals(List.of("session {\"state\":\"expired\"}"), outlet.take());
        assertEquals(Optional.of(CloseReason.TOKEN_ENDED), outlet.closed);
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
    void endsOneStreamAfterAnotherAndAdmitsNoMore() {
        List<FakeOutlet> outlets = List.of(open("alice"), open("bob"), open("carol"), open("dave"));
        Drain drain = deliveries.drained();
        for (int ended = 1; ended <= 4; ended++) {
            assertEquals(Optional.of(Duration.ofMillis(5)), drain.step(time.nanos()));
            assertEquals(ended, outlets.stream().filter(it -> it.closed.equals(Optional.of(CloseReason.DRAINED))).count());
            time.pass(Duration.ofMillis(5));
        }
        assertEquals(Optional.empty(), drain.step(time.nanos()));
        ProblemException refused = assertThrows(ProblemException.class, () -> open("erin"));
        assertTrue(refused.problem().is(ProblemType.DRAINING));
    }

    @Test
    void sendsEveryClientBackAtATimeOfItsOwn() {
        List<FakeOutlet> outlets = List.of(open("alice"), open("bob"), open("carol"), open("dave"));
        deliveries.drained().step(time.nanos() + Duration.ofMinutes(1).toNanos());
        Set<String> farewells = new HashSet<>();
        for (FakeOutlet outlet : outlets) {
            farewells.add(outlet.received.getLast());
            assertTrue(outlet.received.getLast().matches("drain \\{\"retry\":([345]\\d\\d\\d|6000)}"),
                    outlet.received::toString);
        }
        // What this test's random source gives; with another, two of them may be the same by chance
        assertEquals(outlets.size(), farewells.size());
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
        Deliveries.Admitted admitted = deliveries.admit(Transport.SSE, caller("alice", noon.plusSeconds(99)),
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

    private void pass(Duration duration) {
        time.pass(duration);
        deliveries.tick();
    }

    private Optional<String> configured(String key) {
        if (brokenConfig) {
            throw new IllegalStateException("a source of the configuration is broken");
        }
        return Optional.ofNullable(config.get(key));
    }

    private FakeOutlet open(String user) {
        return open(caller(user, noon.plusSeconds(3600)));
    }

    private FakeOutlet open(Caller caller) {
        return open(caller, new Asked(Set.of(), Optional.empty()));
    }

    private FakeOutlet open(String user, Asked asked) {
        return open(caller(user, noon.plusSeconds(3600)), asked);
    }

    private FakeOutlet open(Caller caller, Asked asked) {
        FakeOutlet outlet = begin(caller, asked);
        outlet.received.removeFirst();
        return outlet;
    }

    private FakeOutlet begin(Caller caller, Asked asked) {
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

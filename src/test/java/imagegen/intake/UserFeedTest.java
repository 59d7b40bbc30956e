package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.Caller;
import imagegen.backend.BackendException;
import imagegen.backend.EventStream.End;
import imagegen.log.Retention;
import imagegen.update.RequestId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserFeedTest {
    private final Scene scene = new Scene();
    private final ScriptedBackend backend = scene.backend;
    private final UserFeeds feeds = new UserFeeds(scene.means);
    private final Caller alice = scene.caller("alice");

    private LineState state() {
        return feeds.states().entrySet().stream().filter(it -> it.getValue() > 0).findFirst().orElseThrow().getKey();
    }

    private void streams() {
        feeds.arrived(alice, Scene.nothing());
        backend.stream().connects();
    }

    private void passes(Duration duration) {
        scene.passes(feeds, duration);
    }

    // ---- who is there

    @Test
    void opensOneStreamHoweverManyVisitorsAUserHas() {
        feeds.arrived(alice, Scene.nothing());
        feeds.arrived(alice, Scene.nothing());
        assertEquals(1, backend.streams.size());
        assertEquals(Optional.of("token-of-alice"), backend.stream().connects());
        assertEquals(LineState.STREAMING, state());
    }

    @Test
    void opensOneStreamForEachUser() {
        feeds.arrived(alice, Scene.nothing());
        feeds.arrived(scene.caller("bob"), Scene.nothing());
        assertEquals(2, backend.streams.size());
    }

    @Test
    void keepsTheStreamForAReloadAndClosesItAfterTheLinger() {
        streams();
        feeds.left(alice);
        passes(Scene.LINGER.minus(Scene.TICK));
        feeds.arrived(alice, Scene.nothing());
        passes(Scene.LINGER.multipliedBy(2));
        assertFalse(backend.stream().closed);
        assertEquals(1, backend.streams.size());

        feeds.left(alice);
        passes(Scene.LINGER);
        assertTrue(backend.stream().closed);
    }

    @Test
    void keepsTheStreamUntilTheLastVisitorHasLeft() {
        streams();
        feeds.arrived(alice, Scene.nothing());
        feeds.left(alice);
        passes(Scene.LINGER.multipliedBy(2));
        assertFalse(backend.stream().closed);
    }

    @Test
    void opensAnotherStreamForWhoeverComesAfterTheEnd() {
        streams();
        feeds.left(alice);
        passes(Scene.LINGER);
        feeds.arrived(alice, Scene.nothing());
        assertEquals(2, backend.streams.size());
    }

    @Test
    void closesEveryStreamWhenTheApplicationEndsAndOpensNone() {
        streams();
        feeds.close();
        assertTrue(backend.stream().closed);
        feeds.arrived(scene.caller("bob"), Scene.nothing());
        assertTrue(backend.streams.stream().allMatch(it -> it.closed));
    }

    // ---- what comes in

    @Test
    void appendsWhatTheStreamSays() {
        streams();
        backend.stream().progresses("r-1", 40);
        backend.stream().succeeds("r-1");
        assertTrue(scene.ended("alice", "r-1"));
        assertEquals(2, scene.meter.streamed);
    }

    @Test
    void skipsGarbageByReasonAndGoesOn() {
        streams();
        backend.stream().says("not json");
        backend.stream().says("{\"request_id\":\"r-1\",\"status\":\"MAYBE\"}");
        backend.stream().says("{\"status\":\"OK\"}");
        backend.stream().says("{\"request_id\":\"r-2\",\"status\":\"OK\",\"user_id\":\"bob\"}");
        backend.stream().succeeds("r-1");
        assertEquals(List.of("malformed-json", "unknown-status", "missing-request-id", "foreign-user"),
                scene.meter.discarded);
        assertTrue(scene.ended("alice", "r-1"));
        assertEquals(Optional.empty(), scene.latest("alice", "r-2"));
        assertEquals(Optional.empty(), scene.latest("bob", "r-2"));
    }

    @Test
    void takesAMessageThatNamesTheUserThemselves() {
        streams();
        backend.stream().says("{\"request_id\":\"r-1\",\"status\":\"OK\",\"user_id\":\"alice\"}");
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void ignoresWhatAStreamSaysThatItHasClosed() {
        streams();
        var closed = backend.stream();
        feeds.left(alice);
        passes(Scene.LINGER);
        closed.succeeds("r-1");
        closed.loses();
        assertEquals(Optional.empty(), scene.latest("alice", "r-1"));
    }

    // ---- when the stream can't be had

    @Test
    void pollsWhileTheStreamIsGoneAndGoesBackWhenItIsThere() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.statuses.put("r-1", ScriptedBackend.progress("r-1", 20));
        backend.stream().loses();
        assertEquals(LineState.POLLING, state());
        assertEquals(List.of("r-1"), backend.askedFor(), "at once");

        passes(Scene.POLL.multipliedBy(3));
        assertEquals(4, backend.asked.size());
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        passes(Scene.POLL);
        assertTrue(scene.ended("alice", "r-1"));

        backend.stream().connects();
        assertEquals(LineState.STREAMING, state());
        var asked = backend.asked.size();
        passes(Scene.POLL.multipliedBy(3));
        assertEquals(asked, backend.asked.size(), "the stream tells");
        assertEquals(1, scene.meter.reconnected);
    }

    @Test
    void findsWhatEndedWhileTheStreamWasAway() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.stream().loses();
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        backend.stream().connects();
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void findsWhatEndedWhileNobodyWasThere() {
        streams();
        backend.stream().progresses("r-1", 10);
        feeds.left(alice);
        passes(Scene.LINGER);
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        streams();
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void pollsLessOftenWhileTheBackendIsDown() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.failure = Optional.of(new BackendException.Unavailable("down", Optional.empty(), null));
        backend.reach.failed("down");
        backend.stream().loses();
        passes(Duration.ofMinutes(1));
        assertTrue(backend.asked.size() <= 6, "asked " + backend.asked.size());
        assertTrue(backend.asked.size() >= 4, "asked " + backend.asked.size());
    }

    @Test
    void pollsNothingWhileNobodyIsThere() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.stream().loses();
        feeds.left(alice);
        var asked = backend.asked.size();
        passes(Scene.LINGER.minus(Scene.TICK));
        assertEquals(asked, backend.asked.size());
    }

    @Test
    void triesAnotherStreamAWhileAfterTheBackendHasEndedOneForGood() {
        streams();
        backend.stream().ends(End.NOT_SERVED);
        assertEquals(LineState.POLLING, state());
        passes(Scene.REOPEN.minus(Scene.TICK));
        assertEquals(1, backend.streams.size());
        passes(Scene.TICK);
        assertEquals(2, backend.streams.size());
        backend.stream().connects();
        assertEquals(LineState.STREAMING, state());
    }

    // ---- what the stream does not say

    @Test
    void asksForARequestThatHasBeenSilentTooLong() {
        streams();
        backend.stream().progresses("r-1", 10);
        passes(Scene.SILENCE.minus(Scene.TICK));
        assertEquals(List.of(), backend.askedFor());
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        passes(Scene.SILENCE.dividedBy(4));
        assertEquals(List.of("r-1"), backend.askedFor());
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void asksNotForARequestThatIsHeardOf() {
        streams();
        for (int percent = 1; percent < 10; percent++) {
            backend.stream().progresses("r-1", percent);
            passes(Scene.SILENCE.dividedBy(2));
        }
        assertEquals(List.of(), backend.askedFor());
    }

    @Test
    void remembersASilentRequestThatTheLogHasForgotten() {
        var small = new Scene(new Retention(256, 1 << 20, Duration.ofSeconds(45), 1L << 30));
        var its = new UserFeeds(small.means);
        its.arrived(small.caller("alice"), Scene.nothing());
        small.backend.stream().connects();
        small.backend.stream().progresses("r-1", 10);
        small.backend.statuses.put("r-1", ScriptedBackend.progress("r-1", 10));
        small.passes(its, Duration.ofMinutes(2));
        small.logs.sweep();
        small.backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        small.passes(its, Scene.SILENCE.multipliedBy(2));
        assertTrue(small.ended("alice", "r-1"));
    }

    @Test
    void endsARequestThatTheBackendDeniesForLong() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.stream().loses();
        passes(Scene.DENIAL.minus(Scene.POLL));
        assertFalse(scene.ended("alice", "r-1"), "it may need a moment");
        passes(Scene.POLL.multipliedBy(2));
        assertTrue(scene.ended("alice", "r-1"));
        assertTrue(scene.latest("alice", "r-1").orElseThrow().contains("the backend no longer knows this request"));
    }

    @Test
    void endsADeniedRequestAlsoWhileTheStreamIsThere() {
        streams();
        backend.stream().progresses("r-1", 10);
        passes(Scene.SILENCE.plus(Scene.DENIAL).plus(Scene.SILENCE.dividedBy(2)));
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void takesADenialBackOnceTheRequestIsHeardOf() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.stream().loses();
        passes(Scene.DENIAL.minus(Scene.POLL));
        backend.stream().progresses("r-1", 20);
        passes(Scene.DENIAL.minus(Scene.POLL));
        assertFalse(scene.ended("alice", "r-1"));
    }

    @Test
    void asksOnceForARequestThatAVisitorNames() {
        backend.statuses.put("r-9", ScriptedBackend.success("r-9"));
        feeds.arrived(alice, Set.of("r-9", "r-unknown", "not a request id"));
        feeds.arrived(alice, Set.of("r-9", "r-unknown"));
        assertEquals(Set.of("r-9", "r-unknown"), Set.copyOf(backend.askedFor()));
        assertEquals(2, backend.asked.size());
        assertTrue(scene.ended("alice", "r-9"));
        assertEquals(Optional.empty(), scene.latest("alice", "r-unknown"));
    }

    @Test
    void takesNoStatusOfAnotherUser() {
        backend.statuses.put("r-9", "{\"request_id\":\"r-9\",\"status\":\"OK\",\"user_id\":\"bob\"}");
        feeds.arrived(alice, Set.of("r-9"));
        assertEquals(Optional.empty(), scene.latest("alice", "r-9"));
        assertEquals(List.of("foreign-user"), scene.meter.discarded);
    }

    @Test
    void endsACancelledRequestThatTheBackendHasDropped() {
        streams();
        backend.stream().progresses("r-1", 10);
        feeds.cancelled("alice", new RequestId("r-1"), new Token("t", scene.turned.instant().plusSeconds(9)));
        assertTrue(scene.latest("alice", "r-1").orElseThrow().contains("cancelled"));
    }

    // ---- tokens

    @Test
    void asksNothingWithATokenThatTheBackendRefusesUntilThereIsANewOne() {
        feeds.arrived(alice, Scene.nothing());
        backend.stream().token();
        backend.stream().ends(End.TOKEN_REFUSED);
        assertEquals(LineState.REFUSED, state());
        feeds.arrived(alice, Scene.nothing());
        passes(Duration.ofMinutes(5));
        assertEquals(1, backend.streams.size());
        assertEquals(List.of(), backend.askedFor());

        feeds.renewed(scene.caller("alice", "fresh", Duration.ofHours(2)));
        assertEquals(Optional.of("fresh"), backend.stream().connects());
        assertEquals(LineState.STREAMING, state());
    }

    @Test
    void endsAFeedWhoseTokenIsRefusedWhenItAsks() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.failure = Optional.of(new BackendException.Unauthorized(401));
        backend.stream().loses();
        passes(Scene.POLL);
        assertEquals(LineState.REFUSED, state());
        assertTrue(backend.stream().closed);
    }

    @Test
    void endsNoFeedBecauseOneRequestIsForbidden() {
        streams();
        backend.failure = Optional.of(new BackendException.Unauthorized(403));
        feeds.arrived(alice, Set.of("r-9"));
        passes(Scene.POLL);
        assertEquals(LineState.STREAMING, state());
    }

    @Test
    void closesTheStreamWhenTheTokenEnds() {
        feeds.arrived(scene.caller("alice", "short", Duration.ofSeconds(5)), Scene.nothing());
        backend.stream().connects();
        passes(Duration.ofSeconds(5));
        assertTrue(backend.stream().closed);
        assertEquals(LineState.REFUSED, state());
    }

    @Test
    void goesOverToTheNewerTokenWhenTheOldOneEnds() {
        feeds.arrived(scene.caller("alice", "short", Duration.ofSeconds(5)), Scene.nothing());
        backend.stream().connects();
        feeds.renewed(scene.caller("alice", "long", Duration.ofHours(1)));
        passes(Duration.ofSeconds(4));
        assertEquals(1, backend.streams.size());
        passes(Duration.ofSeconds(1));
        assertTrue(backend.streams.getFirst().closed);
        assertEquals(Optional.of("long"), backend.stream().connects());
    }

    @Test
    void connectsWithTheNewestTokenWhoeverCameLast() {
        feeds.arrived(scene.caller("alice", "long", Duration.ofHours(2)), Scene.nothing());
        feeds.arrived(scene.caller("alice", "short", Duration.ofMinutes(1)), Scene.nothing());
        assertEquals(Optional.of("long"), backend.stream().connects());
    }
}

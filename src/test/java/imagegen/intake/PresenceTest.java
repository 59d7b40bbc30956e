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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A backend with a stream for each user. */
class PresenceTest {
    private final Scene scene = new Scene("per-user");
    private final ScriptedBackend backend = scene.backend;
    private final Caller alice = scene.caller("alice");

    private void streams() {
        scene.arrives(alice);
        backend.stream().connects();
    }

    private void passes(Duration duration) {
        scene.passes(duration);
    }

    // ---- who is there

    @Test
    void opensOneStreamHoweverManyVisitorsAUserHas() {
        scene.arrives(alice);
        scene.arrives(alice);
        assertEquals(1, backend.streams.size());
        assertEquals(Optional.of("token-of-alice"), backend.stream().connects());
        assertEquals(SubscriptionState.STREAMING, scene.state());
    }

    @Test
    void opensOneStreamForEachUser() {
        scene.arrives(alice);
        scene.arrives(scene.caller("bob"));
        assertEquals(2, backend.streams.size());
    }

    @Test
    void keepsTheStreamForAReloadAndClosesItAfterTheLinger() {
        streams();
        scene.leaves(alice);
        passes(Scene.LINGER.minus(Scene.TICK));
        scene.arrives(alice);
        passes(Scene.LINGER.multipliedBy(2));
        assertFalse(backend.stream().closed);
        assertEquals(1, backend.streams.size());

        scene.leaves(alice);
        passes(Scene.LINGER);
        assertTrue(backend.stream().closed);
    }

    @Test
    void keepsTheStreamUntilTheLastVisitorHasLeft() {
        streams();
        scene.arrives(alice);
        scene.leaves(alice);
        passes(Scene.LINGER.multipliedBy(2));
        assertFalse(backend.stream().closed);
    }

    @Test
    void opensAnotherStreamForWhoeverComesAfterTheEnd() {
        streams();
        scene.leaves(alice);
        passes(Scene.LINGER);
        scene.arrives(alice);
        assertEquals(2, backend.streams.size());
    }

    @Test
    void closesEveryStreamWhenTheApplicationEndsAndOpensNone() {
        streams();
        scene.intake.close();
        assertTrue(backend.stream().closed);
        scene.arrives(scene.caller("bob"));
        assertTrue(backend.streams.stream().allMatch(it -> it.closed));
    }

    // ---- what comes in

    @Test
    void appendsWhatTheStreamSays() {
        streams();
        backend.stream().progresses("r-1", 40);
        backend.stream().succeeds("r-1");
        assertTrue(scene.ended("alice", "r-1"));
        assertEquals(2, scene.streamed());
    }

    @Test
    void skipsGarbageByReasonAndGoesOn() {
        streams();
        backend.stream().says("not json");
        backend.stream().says("{\"request_id\":\"r-1\",\"status\":\"MAYBE\"}");
        backend.stream().says("{\"status\":\"OK\"}");
        backend.stream().says("{\"request_id\":\"r-2\",\"status\":\"OK\",\"user_id\":\"bob\"}");
        backend.stream().succeeds("r-1");
        assertEquals(Map.of("malformed-json", 1, "unknown-status", 1, "missing-request-id", 1, "foreign-user", 1),
                scene.discarded());
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
        scene.leaves(alice);
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
        assertEquals(SubscriptionState.POLLING, scene.state());
        assertEquals(List.of("r-1"), backend.askedFor(), "at once");

        passes(Scene.POLL.multipliedBy(3));
        assertEquals(4, backend.asked.size());
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        passes(Scene.POLL);
        assertTrue(scene.ended("alice", "r-1"));

        backend.stream().connects();
        assertEquals(SubscriptionState.STREAMING, scene.state());
        var asked = backend.asked.size();
        passes(Scene.POLL.multipliedBy(3));
        assertEquals(asked, backend.asked.size(), "the stream tells");
        assertEquals(1, scene.reconnected());
    }

    @Test
    void findsWhatEndedWhileTheStreamWasAway() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.stream().loses();
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        backend.stream().connects();
        passes(Scene.POLL);
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void findsWhatEndedWhileNobodyWasThere() {
        streams();
        backend.stream().progresses("r-1", 10);
        scene.leaves(alice);
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
        scene.leaves(alice);
        var asked = backend.asked.size();
        passes(Scene.LINGER.minus(Scene.TICK));
        assertEquals(asked, backend.asked.size());
    }

    @Test
    void triesAnotherStreamAWhileAfterTheBackendHasEndedOneForGood() {
        streams();
        backend.stream().ends(End.NOT_SERVED);
        assertEquals(SubscriptionState.POLLING, scene.state());
        passes(Scene.REOPEN.minus(Scene.TICK));
        assertEquals(1, backend.streams.size());
        passes(Scene.TICK);
        assertEquals(2, backend.streams.size());
        backend.stream().connects();
        assertEquals(SubscriptionState.STREAMING, scene.state());
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
    void asksForASilentRequestAlsoWhenTheLogHasDroppedItsText() {
        var small = new Scene("per-user", new Retention(256, 1 << 20, Duration.ofSeconds(45), 1L << 30), Map.of());
        small.arrives(small.caller("alice"));
        small.backend.stream().connects();
        small.backend.stream().progresses("r-1", 10);
        small.backend.statuses.put("r-1", ScriptedBackend.progress("r-1", 10));
        small.passes(Duration.ofMinutes(2));
        small.logs.sweep();
        small.backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        small.passes(Scene.SILENCE.multipliedBy(2));
        assertTrue(small.ended("alice", "r-1"));
    }

    @Test
    void asksForWhatWasUnfinishedWhenItsUserComesBackAfterTheLogsMaxAge() {
        streams();
        backend.stream().progresses("r-1", 10);
        scene.leaves(alice);
        for (int i = 0; i < 4; i++) {
            passes(Duration.ofMinutes(5));
            scene.logs.sweep();
        }
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        scene.arrives(alice);
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void guessesThatARequestHasFailedWhichTheBackendDeniesForLong() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.stream().loses();
        passes(Scene.DENIAL.minus(Scene.POLL));
        assertFalse(scene.guessedFailed("alice", "r-1"), "it may need a moment");
        passes(Scene.POLL.multipliedBy(2));
        assertTrue(scene.guessedFailed("alice", "r-1"));
        assertFalse(scene.ended("alice", "r-1"));
        assertTrue(scene.latest("alice", "r-1").orElseThrow().contains("the backend no longer knows this request"));
    }

    @Test
    void guessesSoAlsoWhileTheStreamIsThereIfTheBackendDoesTellStatuses() {
        backend.statuses.put("r-0", ScriptedBackend.success("r-0"));
        scene.arrives(alice, "r-0");
        backend.stream().connects();
        backend.stream().progresses("r-1", 10);
        passes(Scene.SILENCE.plus(Scene.DENIAL).plus(Scene.SILENCE.dividedBy(2)));
        assertTrue(scene.guessedFailed("alice", "r-1"));
    }

    /** The stream is gone, and the backend denies what it told of before for so long that it counts as failed. */
    private void guesses() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.stream().loses();
        passes(Scene.DENIAL.multipliedBy(2));
    }

    @Test
    void guessesNothingFromADenialAloneWhileTheStreamIsThere() {
        streams();
        backend.stream().progresses("r-1", 10);
        passes(Duration.ofMinutes(10));
        assertTrue(backend.asked.size() > 3, "asked " + backend.asked.size());
        assertTrue(scene.latest("alice", "r-1").orElseThrow().contains("PROGRESS"));
        backend.stream().succeeds("r-1");
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void letsTheBackendsOwnWordCorrectAGuess() {
        guesses();
        assertTrue(scene.guessedFailed("alice", "r-1"));
        backend.stream().connects();
        backend.stream().progresses("r-1", 60);
        assertTrue(scene.latest("alice", "r-1").orElseThrow().contains("60"));
        backend.stream().loses();
        passes(Scene.DENIAL.multipliedBy(2));
        assertTrue(scene.guessedFailed("alice", "r-1"));
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        passes(Duration.ofMinutes(20));
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void asksLessOftenForWhatItHasGuessed() {
        guesses();
        backend.asked.clear();
        passes(Duration.ofHours(1));
        assertTrue(backend.asked.size() > 50 && backend.asked.size() < 85, "asked " + backend.asked.size());
    }

    @Test
    void takesADenialBackOnceTheRequestIsHeardOf() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.stream().loses();
        passes(Scene.DENIAL.minus(Scene.POLL));
        backend.stream().progresses("r-1", 20);
        passes(Scene.DENIAL.minus(Scene.POLL));
        assertFalse(scene.guessedFailed("alice", "r-1"));
    }

    @Test
    void asksForANamedRequestUntilThereIsAnAnswer() {
        backend.failure = Optional.of(new BackendException.Unavailable("not now", Optional.empty(), null));
        scene.arrives(alice, "r-9");
        backend.stream().connects();
        passes(Duration.ofSeconds(10));
        assertTrue(backend.asked.size() > 1, "asked " + backend.asked.size());
        backend.failure = Optional.empty();
        backend.statuses.put("r-9", ScriptedBackend.success("r-9"));
        passes(Duration.ofSeconds(20));
        assertTrue(scene.ended("alice", "r-9"));
    }

    @Test
    void asksAgainAfterAFailureThatNobodyExpected() {
        backend.failure = Optional.of(new IllegalStateException("a bug"));
        scene.arrives(alice, "r-9");
        backend.stream().connects();
        assertEquals(Map.of("failed", 1), scene.discarded());
        backend.failure = Optional.empty();
        backend.statuses.put("r-9", ScriptedBackend.success("r-9"));
        passes(Duration.ofSeconds(10));
        assertTrue(scene.ended("alice", "r-9"));
    }

    @Test
    void asksForEachOfAHundredNamedRequests() {
        var ids = IntStream.range(0, 100).mapToObj(i -> "r-" + i).toArray(String[]::new);
        for (var id : ids) {
            backend.statuses.put(id, ScriptedBackend.success(id));
        }
        scene.arrives(alice, ids);
        for (var id : ids) {
            assertTrue(scene.ended("alice", id), id);
        }
    }

    @Test
    void asksForNoMoreUnknownRequestsThanAUsersShare() {
        for (int i = 0; i < 10; i++) {
            var from = 100 * i;
            scene.arrives(alice, IntStream.range(from, from + 100).mapToObj(it -> "r-" + it).toArray(String[]::new));
        }
        assertEquals(200, backend.asked.size());
        backend.asked.clear();
        scene.arrives(scene.caller("bob"), "r-1");
        assertEquals(1, backend.asked.size(), "another user's share is their own");
    }

    @Test
    void lastsNotAnAnswerThatIsOlderThanWhatTheStreamHasToldSince() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.answersLater = true;
        backend.stream().loses();
        backend.stream().connects();
        backend.stream().progresses("r-1", 40);
        backend.unanswered.getFirst().complete(Optional.of(ScriptedBackend.decoded(ScriptedBackend.progress("r-1", 20))));
        assertTrue(scene.latest("alice", "r-1").orElseThrow().contains("40"));
    }

    @Test
    void takesAnEndingHoweverLateItsAnswerComes() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.answersLater = true;
        backend.stream().loses();
        backend.stream().connects();
        backend.stream().progresses("r-1", 40);
        backend.unanswered.getFirst().complete(Optional.of(ScriptedBackend.decoded(ScriptedBackend.success("r-1"))));
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void asksOncePerIntervalHoweverOftenTheStreamIsCut() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.statuses.put("r-1", ScriptedBackend.progress("r-1", 10));
        for (int i = 0; i < 50; i++) {
            backend.stream().loses();
            backend.stream().connects();
            passes(Scene.TICK);
        }
        assertTrue(backend.asked.size() <= 6, "asked " + backend.asked.size() + " times in 10 s");
    }

    @Test
    void asksWhenSomebodyPollsWithoutWaitingWhileThereIsNoStream() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.stream().loses();
        scene.leaves(alice);
        passes(Scene.POLL.multipliedBy(2));
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        scene.arrives(alice);
        scene.leaves(alice);
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void survivesAnErrorOfOurOwnWhileAMessageIsTakenIn() {
        streams();
        scene.bug = Optional.of(new StackOverflowError());
        backend.stream().succeeds("r-1");
        scene.bug = Optional.empty();
        backend.stream().succeeds("r-2");
        assertTrue(scene.ended("alice", "r-2"));
        assertEquals(Map.of("failed", 1), scene.discarded());
    }

    @Test
    void asksOnceForARequestThatAVisitorNames() {
        backend.statuses.put("r-9", ScriptedBackend.success("r-9"));
        scene.arrives(alice, "r-9", "r-unknown", "not a request id");
        scene.arrives(alice, "r-9", "r-unknown");
        assertEquals(Set.of("r-9", "r-unknown"), Set.copyOf(backend.askedFor()));
        assertEquals(2, backend.asked.size());
        assertTrue(scene.ended("alice", "r-9"));
        assertEquals(Optional.empty(), scene.latest("alice", "r-unknown"));
    }

    @Test
    void takesNoStatusOfAnotherUser() {
        backend.statuses.put("r-9", "{\"request_id\":\"r-9\",\"status\":\"OK\",\"user_id\":\"bob\"}");
        scene.arrives(alice, "r-9");
        assertEquals(Optional.empty(), scene.latest("alice", "r-9"));
        assertEquals(Map.of("foreign-user", 1), scene.discarded());
    }

    @Test
    void endsACancelledRequestThatTheBackendHasDropped() {
        streams();
        backend.stream().progresses("r-1", 10);
        scene.intake.presences().of("alice").cancelled(new RequestId("r-1"),
                new Token("t", scene.turned.instant().plusSeconds(9)));
        assertTrue(scene.latest("alice", "r-1").orElseThrow().contains("cancelled"));
    }

    // ---- tokens

    @Test
    void triesARefusedTokenAgainMoreAndMoreRarely() {
        scene.arrives(alice);
        for (int minute = 0; minute < 10; minute++) {
            for (int i = 0; i < 300; i++) {
                if (!backend.stream().closed && scene.state() == SubscriptionState.CONNECTING) {
                    backend.stream().token();
                    backend.stream().ends(End.TOKEN_REFUSED);
                }
                passes(Scene.TICK);
            }
        }
        assertTrue(backend.streams.size() > 8 && backend.streams.size() < 18, "tried " + backend.streams.size());
        assertEquals("refused", scene.intake.state("alice"));
        passes(Duration.ofMinutes(2));
        backend.stream().connects();
        assertEquals("streaming", scene.intake.state("alice"));
    }

    @Test
    void goesOnWithANewTokenAtOnce() {
        scene.arrives(alice);
        backend.stream().token();
        backend.stream().ends(End.TOKEN_REFUSED);
        scene.renews(scene.caller("alice", "fresh", Duration.ofHours(2)));
        passes(Scene.TICK);
        assertEquals(Optional.of("fresh"), backend.stream().connects());
        assertEquals(SubscriptionState.STREAMING, scene.state());
    }

    @Test
    void closesNoOpenStreamBecauseACallWasRefused() {
        streams();
        backend.stream().progresses("r-1", 10);
        backend.failure = Optional.of(new BackendException.Unauthorized(401));
        passes(Scene.SILENCE.plus(Scene.POLL));
        assertEquals(SubscriptionState.STREAMING, scene.state());
        backend.failure = Optional.empty();
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        passes(Scene.SILENCE.multipliedBy(2));
        assertTrue(scene.ended("alice", "r-1"), "one refusal is not the end");
    }

    @Test
    void triesNoTokenThatHasExpired() {
        scene.arrives(scene.caller("alice", "short", Duration.ofSeconds(5)));
        backend.stream().token();
        backend.stream().ends(End.TOKEN_REFUSED);
        passes(Duration.ofSeconds(5));
        var tried = backend.streams.size();
        passes(Duration.ofMinutes(10));
        assertEquals(tried, backend.streams.size());
    }

    @Test
    void takesAStreamUpAgainWhereAnotherHadCome() {
        scene.arrives(scene.caller("alice", "short", Duration.ofSeconds(5)));
        backend.stream().connects();
        backend.stream().lastEventId = "7";
        scene.renews(scene.caller("alice", "long", Duration.ofHours(1)));
        passes(Duration.ofSeconds(5));
        assertEquals("7", backend.stream().after);
        backend.stream().ends(End.NOT_SERVED);
        passes(Scene.REOPEN);
        assertEquals(3, backend.streams.size());
        assertEquals("7", backend.stream().after);
    }

    @Test
    void endsNothingBecauseOneRequestIsForbidden() {
        streams();
        backend.failure = Optional.of(new BackendException.Unauthorized(403));
        scene.arrives(alice, "r-9");
        passes(Scene.POLL);
        assertEquals(SubscriptionState.STREAMING, scene.state());
    }

    @Test
    void closesTheStreamWhenTheTokenEnds() {
        scene.arrives(scene.caller("alice", "short", Duration.ofSeconds(5)));
        backend.stream().connects();
        passes(Duration.ofSeconds(5));
        assertTrue(backend.stream().closed);
        assertEquals(SubscriptionState.REFUSED, scene.state());
    }

    @Test
    void goesOverToTheNewerTokenWhenTheOldOneEnds() {
        scene.arrives(scene.caller("alice", "short", Duration.ofSeconds(5)));
        backend.stream().connects();
        scene.renews(scene.caller("alice", "long", Duration.ofHours(1)));
        passes(Duration.ofSeconds(4));
        assertEquals(1, backend.streams.size());
        passes(Duration.ofSeconds(1));
        assertTrue(backend.streams.getFirst().closed);
        assertEquals(Optional.of("long"), backend.stream().connects());
    }

    @Test
    void connectsWithTheNewestTokenWhoeverCameLast() {
        scene.arrives(scene.caller("alice", "long", Duration.ofHours(2)));
        scene.arrives(scene.caller("alice", "short", Duration.ofMinutes(1)));
        assertEquals(Optional.of("long"), backend.stream().connects());
    }
}

package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.Caller;
import imagegen.backend.BackendException;
import imagegen.backend.Submission;
import imagegen.log.Entry;
import imagegen.update.RequestId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final Submission FOX = new Submission("a fox", 512, 512, 1, Optional.empty());
    private static final RequestId R1 = new RequestId("r-1");

    private final Scene scene = new Scene("per-user");
    private final ScriptedBackend backend = scene.backend;
    private final Intake intake = scene.intake;
    private final Caller alice = scene.caller("alice");
    private final Caller bob = scene.caller("bob");

    private static <T> T of(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Throwable failureOf(CompletionStage<?> stage) {
        var failure = assertThrows(CompletionException.class, () -> of(stage));
        return failure.getCause();
    }

    private static String json(Optional<Entry> entry) {
        return new String(entry.orElseThrow().json(), StandardCharsets.UTF_8);
    }

    @Test
    void knowsARequestAsSoonAsItIsSubmitted() {
        var id = of(intake.submit(alice, FOX, Optional.of("key")));
        assertTrue(scene.latest("alice", id.value()).orElseThrow().contains("\"progress\":0"));
        assertEquals(List.of(Optional.of("key")), backend.keys);
    }

    @Test
    void addsNothingToARequestThatTheStreamHasToldOfBeforeTheAnswer() {
        scene.arrives(alice);
        backend.stream().connects();
        var answer = new CompletableFuture<RequestId>();
        backend.submits = Optional.of(answer);
        var submitted = intake.submit(alice, FOX, Optional.empty());
        backend.stream().progresses("r-1", 60);
        answer.complete(R1);
        of(submitted);
        assertTrue(scene.latest("alice", "r-1").orElseThrow().contains("\"progress\":60"));
    }

    @Test
    void makesOneJobOfARepeatedSubmit() {
        var first = of(intake.submit(alice, FOX, Optional.of("key")));
        assertEquals(first, of(intake.submit(alice, FOX, Optional.of("key"))));
        assertEquals(1, backend.keys.size());
        assertInstanceOf(KeyConflict.class, failureOf(intake.submit(alice,
                new Submission("an owl", 512, 512, 1, Optional.empty()), Optional.of("key"))));
    }

    @Test
    void saysWhyTheBackendDidNotSubmit() {
        backend.failure = Optional.of(new BackendException.Timeout("slow", null));
        assertInstanceOf(BackendException.Timeout.class, failureOf(intake.submit(alice, FOX, Optional.empty())));
    }

    @Test
    void answersFromTheLogWhileTheStreamKeepsItUpToDate() {
        scene.arrives(alice);
        backend.stream().connects();
        scene.passes(Scene.TICK);
        var id = of(intake.submit(alice, FOX, Optional.empty()));
        assertTrue(json(of(intake.latest(alice, id))).contains("PROGRESS"));
        assertEquals(List.of(), backend.asked);
    }

    @Test
    void asksForAnUnfinishedRequestWhileThereIsNoStream() {
        scene.arrives(alice);
        backend.stream().connects();
        var id = of(intake.submit(alice, FOX, Optional.empty()));
        backend.stream().loses();
        scene.passes(Scene.POLL);
        backend.statuses.put(id.value(), ScriptedBackend.success(id.value()));
        scene.turned.pass(Scene.POLL);
        assertTrue(json(of(intake.latest(alice, id))).contains("OK"));
    }

    @Test
    void answersWithWhatIsKnownWhileTheBackendCanNotSayMore() {
        var id = of(intake.submit(alice, FOX, Optional.empty()));
        backend.failure = Optional.of(new BackendException.Timeout("slow", null));
        assertTrue(json(of(intake.latest(alice, id))).contains("PROGRESS"));
    }

    @Test
    void asksOnceForMany() {
        backend.answersLater = true;
        var answers = IntStream.range(0, 540).mapToObj(i -> intake.latest(alice, R1)).toList();
        assertEquals(1, backend.asked.size());
        backend.unanswered.getFirst().complete(Optional.of(ScriptedBackend.decoded(ScriptedBackend.success("r-1"))));
        answers.forEach(it -> assertTrue(json(of(it)).contains("OK")));
    }

    @Test
    void letsNobodyWaitForTheManyCallsOfAnother() {
        backend.answersLater = true;
        for (int i = 0; i < 540; i++) {
            intake.latest(alice, new RequestId("r-" + i));
        }
        assertEquals(8, backend.asked.size(), "of one user at once");
        intake.latest(bob, R1);
        assertEquals(9, backend.asked.size());
    }

    @Test
    void refusesToLookUpMoreThanAUsersShareOfUnknownRequests() {
        for (int i = 0; i < 200; i++) {
            assertEquals(Optional.empty(), of(intake.latest(alice, new RequestId("r-" + i))));
        }
        var refusal = assertInstanceOf(TooManyCalls.class, failureOf(intake.latest(alice, new RequestId("r-200"))));
        assertEquals(Duration.ofMillis(300), refusal.retryAfter());
        assertEquals(Optional.empty(), of(intake.latest(bob, R1)));
    }

    @Test
    void asksTheBackendForWhatTheLogDoesNotKnowAndRemembersTheAnswer() {
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        assertTrue(json(of(intake.latest(alice, R1))).contains("OK"));
        assertTrue(json(of(intake.latest(alice, R1))).contains("OK"));
        assertEquals(1, backend.asked.size());
    }

    @Test
    void neverTellsOfAnotherUsersRequest() {
        var id = of(intake.submit(alice, FOX, Optional.empty()));
        assertEquals(Optional.empty(), of(intake.latest(bob, id)));
        backend.statuses.put("r-1", "{\"request_id\":\"r-1\",\"status\":\"OK\",\"user_id\":\"alice\"}");
        assertEquals(Optional.empty(), of(intake.latest(bob, R1)));
        backend.failure = Optional.of(new BackendException.Unauthorized(403));
        assertEquals(Optional.empty(), of(intake.latest(bob, R1)));
    }

    @Test
    void saysThatTheBackendRefusesTheToken() {
        backend.failure = Optional.of(new BackendException.Unauthorized(401));
        assertInstanceOf(BackendException.Unauthorized.class, failureOf(intake.latest(alice, R1)));
    }

    @Test
    void saysThatAStatusMakesNoSense() {
        backend.statuses.put("r-1", "not json");
        assertInstanceOf(BackendException.Refused.class, failureOf(intake.latest(alice, R1)));
        assertEquals(Map.of("malformed-json", 1), scene.discarded());
    }

    @Test
    void looksAtOnceWhatBecameOfACancelledRequest() {
        scene.arrives(alice);
        backend.stream().connects();
        backend.stream().progresses("r-1", 10);
        backend.statuses.put("r-1", "{\"request_id\":\"r-1\",\"status\":\"ERROR\",\"message\":\"stopped\"}");
        assertTrue(of(intake.cancel(alice, R1)));
        assertTrue(scene.latest("alice", "r-1").orElseThrow().contains("stopped"));
        assertFalse(of(intake.cancel(alice, new RequestId("r-2"))));
    }

    @Test
    void tellsHowItStandsWithTheBackend() {
        assertTrue(intake.state().usable());
        backend.reach.failed("it can't be reached");
        assertEquals(Optional.of("it can't be reached"), intake.state().trouble());
        scene.arrives(alice);
        assertEquals(1, intake.state().connecting());
        backend.stream().connects();
        assertEquals(1, intake.state().streaming());
        assertTrue(intake.state().usable(), "a stream that is open is better evidence than a call that failed");
    }
}

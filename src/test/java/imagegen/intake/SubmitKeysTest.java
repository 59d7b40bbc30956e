package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import imagegen.backend.Submission;
import imagegen.lease.Deeds;
import imagegen.time.TurnedTime;
import imagegen.update.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SubmitKeysTest {
    private static final Submission FOX = new Submission("a fox", 512, 512, 1, Optional.empty());
    private static final Submission OWL = new Submission("an owl", 512, 512, 1, Optional.empty());

    private final TurnedTime turned = new TurnedTime();
    private final SubmitKeys keys = new SubmitKeys(turned, Deeds.alone(), Duration.ofMinutes(30), 3);
    private final List<CompletableFuture<RequestId>> calls = new ArrayList<>();

    private CompletionStage<RequestId> submits(String user, String key, Submission submission) {
        return keys.once(user, key, submission, () -> {
            calls.add(new CompletableFuture<>());
            return calls.getLast();
        });
    }

    private CompletionStage<RequestId> submitsAndEnds(String user, String key, Submission submission) {
        var answer = submits(user, key, submission);
        calls.getLast().complete(new RequestId("job-" + calls.size()));
        return answer;
    }

    private static RequestId idOf(CompletionStage<RequestId> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void answersARepeatAsTheFirstTime() {
        assertEquals(idOf(submitsAndEnds("alice", "k", FOX)), idOf(submits("alice", "k", FOX)));
        assertEquals(1, calls.size());
    }

    @Test
    void makesOneJobOfTwoSubmitsAtTheSameTime() {
        var first = submits("alice", "k", FOX);
        var second = submits("alice", "k", FOX);
        assertEquals(1, calls.size());
        calls.getFirst().complete(new RequestId("job-1"));
        assertEquals(idOf(first), idOf(second));
    }

    @Test
    void refusesAKeyThatWasUsedForSomethingElse() {
        submitsAndEnds("alice", "k", FOX);
        var failure = assertThrows(CompletionException.class, () -> idOf(submits("alice", "k", OWL)));
        assertInstanceOf(KeyConflict.class, failure.getCause());
        assertEquals(1, calls.size());
    }

    @Test
    void knowsKeysByUser() {
        submitsAndEnds("alice", "k", FOX);
        submitsAndEnds("bob", "k", OWL);
        assertEquals(2, calls.size());
    }

    @Test
    void triesAgainAfterAFailure() {
        var first = submits("alice", "k", FOX);
        calls.getFirst().completeExceptionally(new IllegalStateException("no"));
        assertThrows(CompletionException.class, () -> idOf(first));
        submitsAndEnds("alice", "k", FOX);
        assertEquals(2, calls.size());
    }

    @Test
    void forgetsAKeyThatIsTooOld() {
        submitsAndEnds("alice", "k", FOX);
        turned.pass(Duration.ofMinutes(31));
        submitsAndEnds("alice", "k", OWL);
        assertEquals(2, calls.size());
    }

    @Test
    void forgetsUsersWhoSubmitNoMore() {
        for (int i = 0; i < 500; i++) {
            submitsAndEnds("user-" + i, "k", FOX);
        }
        turned.pass(Duration.ofMinutes(31));
        for (int i = 0; i < 100; i++) {
            submitsAndEnds("alice", "k" + i, FOX);
        }
        assertEquals(1, keys.users());
    }

    @Test
    void keepsTheNewestKeysAndThoseUnderWay() {
        submits("alice", "under way", FOX);
        for (var key : List.of("1", "2", "3")) {
            submitsAndEnds("alice", key, FOX);
        }
        submits("alice", "under way", FOX);
        submits("alice", "3", FOX);
        assertEquals(4, calls.size());
        submits("alice", "1", FOX);
        assertEquals(5, calls.size());
    }

    @Test
    void anAnswerHandedOutCanNotSpoilTheNext() {
        submits("alice", "k", FOX).toCompletableFuture().cancel(true);
        var second = submits("alice", "k", FOX);
        calls.getFirst().complete(new RequestId("job-1"));
        assertEquals(new RequestId("job-1"), idOf(second));
    }

    /** Another node, which answers as the test says. */
    private static final class Other implements Deeds {
        private Standing standing = new Elsewhere();
        private final List<String> told = new ArrayList<>();

        @Override
        public CompletionStage<Standing> begin(String user, String key, String content) {
            return CompletableFuture.completedStage(standing);
        }

        @Override
        public void done(String user, String key, String content, String result) {
            told.add(result);
        }

        @Override
        public void undone(String user, String key, String content) {
            told.add("undone");
        }
    }

    private final Other other = new Other();
    private final SubmitKeys shared = new SubmitKeys(turned, other, Duration.ofMinutes(30), 3);

    private CompletionStage<RequestId> submitsToBoth() {
        return shared.once("alice", "k", FOX, () -> {
            calls.add(new CompletableFuture<>());
            return calls.getLast();
        });
    }

    @Test
    void waitsForWhatAnotherNodeSubmitsAndAnswersAsThatDoes() {
        var answer = submitsToBoth().toCompletableFuture();
        shared.tick();
        assertFalse(answer.isDone());
        other.standing = new Deeds.Done("job-7");
        shared.tick();
        assertEquals("job-7", answer.join().value());
        assertEquals(0, calls.size());
        assertEquals("job-7", idOf(submitsToBoth()).value());
    }

    @Test
    void submitsItselfWhatTheOtherHasNotBroughtToAnEnd() {
        var answer = submitsToBoth();
        other.standing = new Deeds.Ours();
        shared.tick();
        calls.getFirst().complete(new RequestId("job-1"));
        assertEquals("job-1", idOf(answer).value());
        assertEquals(List.of("job-1"), other.told);
    }

    @Test
    void tellsTheOthersWhatFailed() {
        other.standing = new Deeds.Ours();
        submitsToBoth();
        calls.getFirst().completeExceptionally(new IllegalStateException());
        assertEquals(List.of("undone"), other.told);
    }

    @Test
    void refusesAKeyThatWasUsedForSomethingElseAtAnotherNode() {
        other.standing = new Deeds.Conflict();
        assertInstanceOf(KeyConflict.class,
                assertThrows(CompletionException.class, () -> idOf(submitsToBoth())).getCause());
        other.standing = new Deeds.Ours();
        submitsToBoth();
        assertEquals(1, calls.size(), "nothing of it was remembered here");
    }
}

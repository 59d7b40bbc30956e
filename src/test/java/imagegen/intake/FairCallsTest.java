package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.time.TurnedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FairCallsTest {
    private final TurnedTime time = new TurnedTime();
    private final FairCalls calls = new FairCalls(time, 4, 2, 600);
    private final List<String> started = new ArrayList<>();
    private final List<CompletableFuture<String>> underWay = new ArrayList<>();

    private CompletionStage<String> calls(String user) {
        return calls.call(user, () -> {
            started.add(user);
            var answer = new CompletableFuture<String>();
            underWay.add(answer);
            return answer;
        });
    }

    private void endsTheOldest() {
        underWay.removeFirst().complete("done");
    }

    private static Throwable failureOf(CompletionStage<?> stage) {
        return assertThrows(CompletionException.class, () -> stage.toCompletableFuture().join()).getCause();
    }

    @Test
    void startsSoManyAtOnceAndSoManyOfOneUser() {
        for (int i = 0; i < 5; i++) {
            calls("alice");
            calls("bob");
            calls("carol");
        }
        assertEquals(List.of("alice", "bob", "carol", "alice"), started);
        endsTheOldest();
        endsTheOldest();
        assertEquals(List.of("alice", "bob", "carol", "alice", "bob", "carol"), started);
    }

    @Test
    void letsNobodyWaitForAllThatAnotherWants() {
        for (int i = 0; i < 540; i++) {
            calls("alice");
        }
        calls("bob");
        assertEquals(List.of("alice", "alice", "bob"), started);
        for (int i = 0; i < 5; i++) {
            calls("carol");
            calls("dave");
        }
        started.clear();
        for (int i = 0; i < 6; i++) {
            endsTheOldest();
        }
        assertTrue(started.stream().filter(user -> !user.equals("alice")).count() >= 3, started.toString());
    }

    @Test
    void refusesWhatWouldWaitBehindTooMany() {
        for (int i = 0; i < 602; i++) {
            assertFalse(calls("alice").toCompletableFuture().isDone());
        }
        assertInstanceOf(TooManyCalls.class, failureOf(calls("alice")));
        assertFalse(calls("bob").toCompletableFuture().isDone());
    }

    @Test
    void givesUpWhatHasWaitedTooLong() {
        calls("alice");
        calls("alice");
        var late = calls("alice");
        time.pass(Duration.ofSeconds(10));
        calls.tick();
        assertInstanceOf(TooManyCalls.class, failureOf(late));
        endsTheOldest();
        endsTheOldest();
        assertEquals(2, started.size());
        assertEquals(0, calls.users());
    }

    @Test
    void goesOnAfterACallThatFailsOrCanNotEvenBeMade() {
        var failing = calls("alice");
        calls("alice");
        calls("alice");
        underWay.removeFirst().completeExceptionally(new IllegalStateException("no"));
        assertInstanceOf(IllegalStateException.class, failureOf(failing));
        assertEquals(3, started.size());
        assertInstanceOf(IllegalStateException.class, failureOf(calls.call("bob", () -> {
            throw new IllegalStateException("no");
        })));
    }

    @Test
    void needsNoStackForCallsThatEndAtOnce() {
        var ended = new AtomicInteger();
        var first = new CompletableFuture<String>();
        var one = new FairCalls(time, 1, 1, 100_000);
        one.call("alice", () -> first);
        for (int i = 0; i < 100_000; i++) {
            one.call("alice", () -> CompletableFuture.completedStage("done")).thenRun(ended::incrementAndGet);
        }
        first.complete("done");
        assertEquals(100_000, ended.get());
        assertEquals(0, one.users());
    }

    @Test
    void losesNoCallOfManyThreads() throws InterruptedException {
        var many = new FairCalls(time, 8, 2, 1_000_000);
        var ended = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 4; t++) {
            var user = "user-" + t % 2;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 5_000; i++) {
                    var answer = ThreadLocalRandom.current().nextBoolean() ? CompletableFuture.completedFuture("now")
                            : CompletableFuture.supplyAsync(() -> "later");
                    many.call(user, () -> answer).thenRun(ended::incrementAndGet);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        for (long end = System.nanoTime() + 10_000_000_000L; ended.get() < 20_000 && System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }
        assertEquals(20_000, ended.get());
    }
}

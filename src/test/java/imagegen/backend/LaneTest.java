package imagegen.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Queue<Runnable> started = new ArrayDeque<>();
    private final Lane lane = new Lane(started::add, 2, 1);

    private static boolean done(CompletionStage<?> stage) {
        return stage.toCompletableFuture().isDone();
    }

    @Test
    void runsSoManyAtATimeAndTheNextWhenOneIsDone() {
        lane.run(() -> 1);
        lane.run(() -> 2);
        var third = lane.run(() -> 3);
        assertEquals(2, started.size());
        started.remove().run();
        assertEquals(2, started.size());
        started.remove().run();
        assertFalse(done(third));
        started.remove().run();
        assertEquals(3, third.toCompletableFuture().join());
    }

    @Test
    void refusesWhatIsTooManyToWait() {
        lane.run(() -> 1);
        lane.run(() -> 2);
        lane.run(() -> 3);
        var failure = assertThrows(CompletionException.class, lane.run(() -> 4).toCompletableFuture()::join);
        assertInstanceOf(BackendException.Unavailable.class, failure.getCause());
    }

    @Test
    void givesThePlaceOnAfterAFailure() {
        var failing = lane.run(() -> {
            throw new IllegalStateException("no");
        });
        lane.run(() -> 2);
        var third = lane.run(() -> 3);
        started.remove().run();
        assertTrue(failing.toCompletableFuture().isCompletedExceptionally());
        started.remove().run();
        started.remove().run();
        assertTrue(done(third));
    }

    @Test
    void saysSoWhenTheExecutorTakesNothing() {
        var shut = new Lane(task -> {
            throw new RejectedExecutionException();
        }, 1, 1);
        for (int i = 0; i < 3; i++) {
            var failure = assertThrows(CompletionException.class, shut.run(() -> 1).toCompletableFuture()::join);
            assertInstanceOf(BackendException.Unavailable.class, failure.getCause());
        }
    }
}

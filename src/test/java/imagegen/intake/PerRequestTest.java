package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.Caller;
import imagegen.backend.EventStream.End;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A backend that has streams for single requests only. */
class PerRequestTest {
    private static final RequestId R1 = new RequestId("r-1");
    private static final RequestId R2 = new RequestId("r-2");

    private final Scene scene = new Scene("per-request");
    private final ScriptedBackend backend = scene.backend;
    private final Caller alice = scene.caller("alice");

    private void submits(RequestId id) {
        scene.intake.presences().of("alice").begun(id, scene.turned.nanos());
        scene.logs.begin("alice", Progress.of(id, 0));
        scene.passes(Scene.TICK);
    }

    private List<Optional<RequestId>> asked() {
        return backend.streams.stream().map(it -> it.only).toList();
    }

    @Test
    void opensNoStreamWhileNothingIsBeingMade() {
        scene.arrives(alice);
        scene.passes(Scene.POLL);
        assertEquals(List.of(), backend.streams);
    }

    @Test
    void opensAStreamForEachRequestAndClosesItWithItsEnd() {
        scene.arrives(alice);
        submits(R1);
        submits(R2);
        assertEquals(List.of(Optional.of(R1), Optional.of(R2)), asked());
        backend.streams.forEach(ScriptedBackend.Stream::connects);
        backend.streams.getFirst().succeeds("r-1");
        scene.passes(Scene.TICK);
        assertTrue(scene.ended("alice", "r-1"));
        assertTrue(backend.streams.getFirst().closed);
        assertFalse(backend.streams.getLast().closed);
        assertEquals(SubscriptionState.STREAMING, scene.state());
    }

    @Test
    void opensAStreamForARequestThatAVisitorNames() {
        backend.statuses.put("r-1", ScriptedBackend.progress("r-1", 30));
        scene.arrives(alice, "r-1");
        scene.passes(Scene.TICK);
        assertEquals(List.of(Optional.of(R1)), asked());
    }

    @Test
    void asksForARequestWhoseStreamIsOver() {
        scene.arrives(alice);
        submits(R1);
        backend.stream().connects();
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        backend.stream().ends(End.NOT_SERVED);
        scene.passes(Scene.POLL);
        assertTrue(scene.ended("alice", "r-1"));
    }

    @Test
    void pollsEachRequestWhoseStreamCanNotBeHad() {
        scene.arrives(alice);
        submits(R1);
        submits(R2);
        backend.streams.getFirst().connects();
        backend.statuses.put("r-1", ScriptedBackend.progress("r-1", 10));
        backend.statuses.put("r-2", ScriptedBackend.progress("r-2", 10));
        backend.streams.getLast().loses();
        backend.asked.clear();
        scene.passes(Scene.POLL.multipliedBy(2));
        assertEquals(List.of("r-2", "r-2"), backend.askedFor());
        assertEquals(SubscriptionState.POLLING, scene.state());
    }

    @Test
    void closesAllOfThemAfterTheLinger() {
        scene.arrives(alice);
        submits(R1);
        submits(R2);
        scene.leaves(alice);
        scene.passes(Scene.LINGER);
        assertTrue(backend.streams.stream().allMatch(it -> it.closed));
        assertEquals(2, backend.streams.size());
    }

    @Test
    void holdsNoMoreThanSoManyStreamsForOneUser() {
        scene.arrives(alice);
        for (int i = 0; i < 100; i++) {
            submits(new RequestId("r-" + i));
        }
        scene.passes(Scene.TICK);
        assertEquals(32, backend.streams.size());
    }
}

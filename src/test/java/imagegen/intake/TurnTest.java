package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.intake.LentLeases.Lent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several nodes could have a stream of the backend's, and one has. */
class TurnTest {
    private final LentLeases leases = new LentLeases();

    @Test
    void theStreamForAllIsOpenedByTheNodeWhoseTurnItIs() {
        var scene = new Scene("shared", leases);
        scene.passes(Duration.ofSeconds(1));
        assertEquals(0, scene.backend.streams.size());
        assertTrue(leases.lent("shared").wanted);
        assertTrue(leases.ticks > 0);
        leases.lent("shared").isOurs("");
        scene.passes(Scene.TICK);
        assertEquals(1, scene.backend.streams.size());
    }

    @Test
    void whoeverTakesTheStreamOverGoesOnWhereTheOtherHadCome() {
        var scene = new Scene("shared", leases);
        var lease = leases.lent("shared");
        lease.isOurs("event-3");
        scene.passes(Scene.TICK);
        assertEquals("event-3", scene.backend.stream().after);
        scene.backend.stream().connects();
        scene.backend.stream().lastEventId = "event-5";
        scene.backend.stream().says(ScriptedBackend.of("alice", ScriptedBackend.progress("r-1", 10)));
        scene.passes(Scene.TICK);
        assertEquals("event-5", lease.toldPlace);
        assertEquals("STREAMING 1", lease.told);
        lease.isAnothers("CONNECTING 0");
        scene.passes(Scene.TICK);
        assertTrue(scene.backend.stream().closed);
        lease.isOurs("event-9");
        scene.passes(Scene.TICK);
        assertEquals("event-9", scene.backend.stream().after, "and not where this node had come to itself");
        scene.passes(Scene.TICK);
        assertEquals("event-9", lease.toldPlace, "nor does it say so");
    }

    @Test
    void whatMayHaveBeenMissedOnAnothersStreamIsAskedForHereToo() {
        var scene = new Scene("shared", leases);
        var lease = leases.lent("shared");
        lease.isAnothers("STREAMING 1");
        scene.arrives(scene.caller("alice"));
        scene.intake.submit(scene.caller("alice"), new imagegen.backend.Submission("a lake", 64, 64, 1,
                java.util.Optional.empty()), java.util.Optional.empty());
        scene.passes(Duration.ofSeconds(4));
        scene.backend.asked.clear();
        scene.passes(Duration.ofSeconds(4));
        assertEquals(List.of(), scene.backend.askedFor(), "the other node's stream would tell");
        assertEquals("streaming", scene.intake.state("alice"));
        lease.isAnothers("POLLING 2");
        scene.passes(Scene.TICK);
        assertEquals(List.of("job-1"), scene.backend.askedFor());
        lease.isAnothers("STREAMING 3");
        scene.passes(Scene.POLL);
        assertEquals(List.of("job-1", "job-1"), scene.backend.askedFor());
    }

    @Test
    void aUserWhoIsOnSeveralNodesHasOneStream() {
        var scene = new Scene("per-user", leases);
        scene.arrives(scene.caller("alice"));
        Lent lease = leases.lent("user:alice");
        assertTrue(lease.wanted);
        lease.isAnothers("STREAMING 1");
        scene.passes(Duration.ofSeconds(1));
        assertEquals(0, scene.backend.streams.size());
        assertEquals("streaming", scene.intake.state("alice"));
        lease.isOurs("event-3");
        scene.passes(Scene.TICK);
        assertEquals(1, scene.backend.streams.size());
        assertEquals("event-3", scene.backend.stream().after);
        lease.isAnothers("CONNECTING 0");
        scene.passes(Scene.TICK);
        assertTrue(scene.backend.stream().closed);
    }

    @Test
    void aNodeWithoutAGoodTokenLeavesTheStreamToOthers() {
        var scene = new Scene("per-user", leases);
        scene.arrives(scene.caller("alice"));
        Lent lease = leases.lent("user:alice");
        lease.isOurs("");
        scene.passes(Scene.TICK);
        scene.backend.stream().token();
        scene.backend.stream().ends(imagegen.backend.EventStream.End.TOKEN_REFUSED);
        scene.passes(Scene.TICK);
        assertFalse(lease.wanted);
        scene.arrives(scene.caller("alice", "another-token", Duration.ofHours(2)));
        assertTrue(lease.wanted);
    }

    @Test
    void aUserWhoHasGoneIsAnothers() {
        var scene = new Scene("per-user", leases);
        scene.arrives(scene.caller("alice"));
        leases.lent("user:alice").isOurs("");
        scene.passes(Scene.TICK);
        scene.leaves(scene.caller("alice"));
        scene.passes(Scene.LINGER.plusSeconds(1));
        assertNull(leases.lent("user:alice"));
        assertTrue(scene.backend.stream().closed);
    }
}

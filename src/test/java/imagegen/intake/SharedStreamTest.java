package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.backend.EventStream.End;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A backend with one stream for all. */
class SharedStreamTest {
    private final Scene scene = new Scene("shared");
    private final ScriptedBackend backend = scene.backend;

    private void streams() {
        scene.intake.tick();
        backend.stream().connects();
    }

    @Test
    void opensOneStreamUnderTheServiceTokenForEverybody() {
        scene.intake.tick();
        scene.arrives(scene.caller("alice"));
        scene.arrives(scene.caller("bob"));
        assertEquals(1, backend.streams.size());
        assertEquals(scene.serviceToken, backend.stream().connects());
    }

    @Test
    void waitsUntilItIsKnownWhereTheBackendIs() {
        backend.located = false;
        scene.intake.tick();
        scene.passes(Duration.ofSeconds(1));
        assertEquals(0, backend.streams.size());
        backend.located = true;
        scene.passes(Scene.TICK);
        assertEquals(1, backend.streams.size());
    }

    @Test
    void givesEachMessageToItsOwnerThereOrNot() {
        streams();
        scene.arrives(scene.caller("alice"));
        backend.stream().says(ScriptedBackend.of("alice", ScriptedBackend.success("r-1")));
        backend.stream().says(ScriptedBackend.of("bob", ScriptedBackend.success("r-2")));
        assertTrue(scene.ended("alice", "r-1"));
        assertTrue(scene.ended("bob", "r-2"));
        assertEquals(Optional.empty(), scene.latest("alice", "r-2"));
    }

    @Test
    void skipsAMessageThatDoesNotSayWhoseItIs() {
        streams();
        backend.stream().succeeds("r-1");
        backend.stream().says(ScriptedBackend.of(" ", ScriptedBackend.success("r-1")));
        backend.stream().says(ScriptedBackend.of("u".repeat(1000), ScriptedBackend.success("r-1")));
        assertEquals(Map.of("no-owner", 3), scene.discarded());
    }

    @Test
    void asksForUnfinishedRequestsOfAllWhenTheStreamComesBack() {
        streams();
        scene.arrives(scene.caller("alice"));
        backend.stream().says(ScriptedBackend.of("alice", ScriptedBackend.progress("r-1", 10)));
        backend.stream().says(ScriptedBackend.of("bob", ScriptedBackend.progress("r-2", 10)));
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        backend.statuses.put("r-2", ScriptedBackend.of("bob", ScriptedBackend.success("r-2")));
        backend.stream().loses();
        backend.stream().connects();
        assertTrue(scene.ended("alice", "r-1"));
        assertTrue(scene.ended("bob", "r-2"));
        assertEquals(Set.of(new ScriptedBackend.Asked("token-of-alice", "r-1"),
                new ScriptedBackend.Asked("service-token", "r-2")), Set.copyOf(backend.asked));
    }

    @Test
    void endsNobodysRequestBecauseTheServiceTokenMayNotSeeIt() {
        streams();
        backend.stream().says(ScriptedBackend.of("bob", ScriptedBackend.progress("r-2", 10)));
        backend.stream().loses();
        scene.passes(Scene.DENIAL.multipliedBy(3));
        assertFalse(scene.guessedFailed("bob", "r-2"));
        scene.arrives(scene.caller("bob"));
        scene.passes(Scene.DENIAL.multipliedBy(2));
        assertTrue(scene.guessedFailed("bob", "r-2"), "with bob's own token it is likely");
    }

    @Test
    void givesTheEndOfARequestThatAnotherNamesToItsOwnerOnly() {
        streams();
        backend.stream().says(ScriptedBackend.of("bob", ScriptedBackend.progress("r-2", 10)));
        backend.statuses.put("r-2", ScriptedBackend.of("bob", ScriptedBackend.success("r-2")));
        backend.refused.add("token-of-alice");
        scene.arrives(scene.caller("alice"), "r-1");
        scene.arrives(scene.caller("alice"), "r-2");
        assertEquals(new ScriptedBackend.Asked("service-token", "r-2"), backend.asked.getLast());
        assertTrue(scene.ended("bob", "r-2"));
        assertEquals(Optional.empty(), scene.latest("alice", "r-2"));
    }

    @Test
    void asksForARequestThatHasBeenSilentTooLong() {
        streams();
        backend.stream().says(ScriptedBackend.of("bob", ScriptedBackend.progress("r-2", 10)));
        backend.statuses.put("r-2", ScriptedBackend.success("r-2"));
        scene.passes(Scene.SILENCE.multipliedBy(2));
        assertTrue(scene.ended("bob", "r-2"));
    }

    @Test
    void asksForWhatAVisitorNamesWithTheVisitorsToken() {
        streams();
        backend.statuses.put("r-9", ScriptedBackend.success("r-9"));
        scene.arrives(scene.caller("alice"), "r-9");
        assertEquals(List.of(new ScriptedBackend.Asked("token-of-alice", "r-9")), backend.asked);
        assertTrue(scene.ended("alice", "r-9"));
    }

    @Test
    void goesOnWithATokenThatIsChangedInTheConfigurationHoweverThatFailsMeanwhile() {
        scene.intake.tick();
        backend.stream().token();
        backend.stream().ends(End.TOKEN_REFUSED);
        assertEquals(SubscriptionState.REFUSED, scene.state());
        scene.configurationThrows = true;
        scene.passes(Duration.ofSeconds(1));
        assertEquals(1, backend.streams.size());
        scene.configurationThrows = false;
        scene.serviceToken = Optional.of("another-token");
        scene.passes(Scene.TICK);
        assertEquals(Optional.of("another-token"), backend.stream().connects());
    }

    @Test
    void triesTheSameTokenAgainAWhileAfterItWasRefused() {
        scene.intake.tick();
        backend.stream().token();
        backend.stream().ends(End.TOKEN_REFUSED);
        scene.passes(Duration.ofSeconds(3));
        assertEquals(2, backend.streams.size());
        assertEquals(scene.serviceToken, backend.stream().connects());
    }

    @Test
    void asksManyUsersAtATimeAfterARestart() {
        streams();
        for (int i = 0; i < 500; i++) {
            scene.arrives(scene.caller("user-" + i));
            backend.stream().says(ScriptedBackend.of("user-" + i, ScriptedBackend.progress("r-" + i, 10)));
        }
        backend.answersLater = true;
        backend.stream().loses();
        assertEquals(128, backend.unanswered.size(), "as many as image-gen.backend.calls allows");
        while (backend.asked.size() < 500) {
            backend.unanswered.removeFirst().complete(Optional.empty());
        }
        assertEquals(500, Set.copyOf(backend.askedFor()).size());
    }

    @Test
    void forgetsUsersWhoAreGoneAndHaveNothingOpen() {
        streams();
        scene.arrives(scene.caller("alice"));
        scene.leaves(scene.caller("alice"));
        backend.stream().says(ScriptedBackend.of("bob", ScriptedBackend.progress("r-2", 10)));
        backend.stream().says(ScriptedBackend.of("bob", ScriptedBackend.success("r-2")));
        scene.passes(Scene.SILENCE);
        assertEquals(0, scene.intake.presences().size());
    }

    @Test
    void opensNothingAfterItWasClosed() {
        streams();
        scene.intake.close();
        assertTrue(backend.stream().closed);
        scene.passes(Duration.ofMinutes(2));
        assertEquals(1, backend.streams.size());
    }
}

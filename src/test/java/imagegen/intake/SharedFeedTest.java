package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.backend.EventStream.End;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedFeedTest {
    private final Scene scene = new Scene();
    private final ScriptedBackend backend = scene.backend;
    private Optional<String> serviceToken = Optional.of("service-token");
    private final SharedFeed feed = new SharedFeed(scene.means, () -> serviceToken);

    private void streams() {
        feed.start();
        backend.stream().connects();
    }

    private static String of(String user, String message) {
        return message.substring(0, message.length() - 1) + ",\"user_id\":\"" + user + "\"}";
    }

    private LineState state() {
        return feed.states().entrySet().stream().filter(it -> it.getValue() > 0).findFirst().orElseThrow().getKey();
    }

    @Test
    void opensOneStreamUnderTheServiceTokenForEverybody() {
        feed.start();
        feed.arrived(scene.caller("alice"), Scene.nothing());
        feed.arrived(scene.caller("bob"), Scene.nothing());
        assertEquals(1, backend.streams.size());
        assertEquals(serviceToken, backend.stream().connects());
    }

    @Test
    void waitsUntilItIsKnownWhereTheBackendIs() {
        backend.located = false;
        feed.start();
        scene.passes(feed, Duration.ofSeconds(1));
        assertEquals(0, backend.streams.size());
        backend.located = true;
        scene.passes(feed, Scene.TICK);
        assertEquals(1, backend.streams.size());
    }

    @Test
    void givesEachMessageToItsOwnerThereOrNot() {
        streams();
        feed.arrived(scene.caller("alice"), Scene.nothing());
        backend.stream().says(of("alice", ScriptedBackend.success("r-1")));
        backend.stream().says(of("bob", ScriptedBackend.success("r-2")));
        assertTrue(scene.ended("alice", "r-1"));
        assertTrue(scene.ended("bob", "r-2"));
        assertEquals(Optional.empty(), scene.latest("alice", "r-2"));
    }

    @Test
    void skipsAMessageThatDoesNotSayWhoseItIs() {
        streams();
        backend.stream().succeeds("r-1");
        backend.stream().says(of(" ", ScriptedBackend.success("r-1")));
        backend.stream().says(of("u".repeat(1000), ScriptedBackend.success("r-1")));
        assertEquals(List.of("no-owner", "no-owner", "no-owner"), scene.meter.discarded);
    }

    @Test
    void asksForUnfinishedRequestsOfAllWhenTheStreamComesBack() {
        streams();
        feed.arrived(scene.caller("alice"), Scene.nothing());
        backend.stream().says(of("alice", ScriptedBackend.progress("r-1", 10)));
        backend.stream().says(of("bob", ScriptedBackend.progress("r-2", 10)));
        backend.statuses.put("r-1", ScriptedBackend.success("r-1"));
        backend.statuses.put("r-2", of("bob", ScriptedBackend.success("r-2")));
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
        backend.stream().says(of("bob", ScriptedBackend.progress("r-2", 10)));
        backend.stream().loses();
        scene.passes(feed, Scene.DENIAL.multipliedBy(3));
        assertFalse(scene.ended("bob", "r-2"));
        feed.arrived(scene.caller("bob"), Scene.nothing());
        scene.passes(feed, Scene.DENIAL.multipliedBy(2));
        assertTrue(scene.ended("bob", "r-2"), "with bob's own token it is certain");
    }

    @Test
    void asksForARequestThatHasBeenSilentTooLong() {
        streams();
        backend.stream().says(of("bob", ScriptedBackend.progress("r-2", 10)));
        backend.statuses.put("r-2", ScriptedBackend.success("r-2"));
        scene.passes(feed, Scene.SILENCE.multipliedBy(2));
        assertTrue(scene.ended("bob", "r-2"));
    }

    @Test
    void asksForWhatAVisitorNamesWithTheVisitorsToken() {
        streams();
        backend.statuses.put("r-9", ScriptedBackend.success("r-9"));
        feed.arrived(scene.caller("alice"), Set.of("r-9"));
        assertEquals(List.of(new ScriptedBackend.Asked("token-of-alice", "r-9")), backend.asked);
        assertTrue(scene.ended("alice", "r-9"));
    }

    @Test
    void triesTheConfiguredTokenAgainAWhileAfterItWasRefused() {
        feed.start();
        backend.stream().token();
        backend.stream().ends(End.TOKEN_REFUSED);
        assertEquals(LineState.REFUSED, state());
        scene.passes(feed, Scene.REOPEN.dividedBy(2));
        assertEquals(1, backend.streams.size());
        serviceToken = Optional.of("another-token");
        scene.passes(feed, Scene.REOPEN);
        assertEquals(Optional.of("another-token"), backend.stream().connects());
    }

    @Test
    void forgetsUsersWhoAreGoneAndHaveNothingOpen() {
        streams();
        feed.arrived(scene.caller("alice"), Scene.nothing());
        feed.left(scene.caller("alice"));
        backend.stream().says(of("bob", ScriptedBackend.progress("r-2", 10)));
        backend.stream().says(of("bob", ScriptedBackend.success("r-2")));
        scene.passes(feed, Scene.SILENCE);
        assertEquals(0, feed.watched());
    }

    @Test
    void opensNothingAfterItWasClosed() {
        streams();
        feed.close();
        assertTrue(backend.stream().closed);
        scene.passes(feed, Duration.ofMinutes(2));
        assertEquals(1, backend.streams.size());
    }
}

package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.backend.FakeBackend;
import imagegen.it.EventStream.Event;
import imagegen.redis.RedisProcess;
import imagegen.server.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Three nodes as processes over one Redis, and one stream of the backend's for all users, which one of them has. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no Redis for it")
class SharedStreamClusterIT {

    private static final ThreeNodes CLUSTER = new ThreeNodes("shared-stream", node -> node
            .with("image-gen.backend.stream", "shared")
            .with("image-gen.backend.service-token", FakeBackend.SERVICE_TOKEN));
    private static final Issuer ISSUER = CLUSTER.issuer;
    private static final FakeBackend BACKEND = CLUSTER.backend;
    private static final RedisProcess REDIS = CLUSTER.redis;
    private static final List<ServerProcess> NODES = CLUSTER.nodes;

    private String alice;

    @BeforeAll
    static void numbersEvents() {
        BACKEND.numbersEvents();
    }

    @AfterAll
    static void stop() {
        CLUSTER.close();
    }

    @BeforeEach
    void everybodyIsThere(TestInfo test) {
        alice = "alice-" + test.getTestMethod().orElseThrow().getName();
        BACKEND.behaves();
        CLUSTER.start();
        BACKEND.awaitOpenStreams(1);
    }

    @Test
    void oneNodeHasTheStreamAndTheUsersOfBothAreTold() {
        EventStream here = stream(0);
        EventStream there = stream(1);
        String request = gateway(0).submit(ISSUER.token(alice), "a fox");
        BACKEND.progresses(request, 40).succeeds(request);
        assertEquals(here.next("OK").id(), there.next("OK").id());
        assertEquals(1, BACKEND.openStreams());
        Eventually.holds(() -> IntStream.range(0, 3).mapToDouble(SharedStreamClusterIT::openAt).sum() == 1);
    }

    @Test
    void whenItIsKilledAnotherGoesOnWhereItHadCome() {
        int holder = holder();
        int other = (holder + 1) % 3;
        EventStream there = stream(other);
        String request = gateway(other).submit(ISSUER.token(alice), "a fox");
        BACKEND.progresses(request, 10);
        there.next(event -> event.data().contains("10"));
        // From now on only the stream can tell, by what it is asked to repeat
        BACKEND.refusesCalls();
        Eventually.holds(() -> REDIS.tell("HGET", "image-gen:lease:shared", "place").length() > 5);
        NODES.get(holder).kill().ended();
        BACKEND.succeeds(request);
        assertEquals(request, there.next("OK").requestId());
        assertNotEquals(holder, holder());
    }

    @Test
    void itGoesToAnotherBeforeTheClientsOfANodeThatStopsAreTold() {
        int holder = holder();
        EventStream here = stream(holder);
        EventStream also = stream(holder);
        String request = gateway(holder).submit(ISSUER.token(alice), "a fox");
        BACKEND.progresses(request, 20);
        NODES.get(holder).terminate();
        Eventually.holds(() -> holders().stream().anyMatch(node -> node != holder));
        BACKEND.succeeds(request);
        // One of the two is told to go at once, the other two seconds later
        Event first = here.next(event -> List.of("OK", "drain").contains(event.kind()));
        Event second = also.next(event -> List.of("OK", "drain").contains(event.kind()));
        assertTrue(List.of(first.kind(), second.kind()).contains("OK"), "still told, by way of the other node");
        NODES.get(holder).ended();
    }

    @Test
    void anOldHolderThatWakesUpWritesNothing() {
        int holder = holder();
        int other = (holder + 1) % 3;
        int third = (holder + 2) % 3;
        EventStream there = stream(other);
        String request = gateway(other).submit(ISSUER.token(alice), "a fox");
        BACKEND.progresses(request, 10);
        there.next(event -> event.data().contains("10"));
        NODES.get(holder).pause();
        // In its socket until it wakes up
        BACKEND.progresses(request, 20).progresses(request, 30);
        Eventually.holds(() -> openAt(other) + openAt(third) == 1);
        BACKEND.progresses(request, 80);
        there.next(event -> event.data().contains("80"));
        NODES.get(holder).goOn();
        Eventually.holds(() -> gateway(holder).metric("image_gen_backend_discarded_total{reason=\"fenced\"}") >= 2);
        Eventually.holds(() -> openAt(holder) == 0);
        BACKEND.awaitOpenStreams(1).succeeds(request);
        List<Event> rest = there.until(event -> event.kind().equals("OK"));
        assertEquals(List.of("OK"), rest.stream().map(Event::kind).filter(kind -> !kind.equals("heartbeat")).toList(),
                "nothing of what the old holder had read");
        assertNotEquals(holder, holder());
    }

    @Test
    void aRollingRestartUnderTwoThousandClientsLosesNothingRepeatsNothingAndEveryResumeIsComplete() throws Exception {
        List<Roamer> clients = CLUSTER.roamers(2_000);
        AtomicBoolean restarted = new AtomicBoolean();
        Thread backend = Thread.ofVirtual().start(() -> {
            for (int round = 0; !restarted.get() || round < 5; round++) {
                for (Roamer client : clients) {
                    String id = client.user + '-' + round;
                    client.expects(id);
                    BACKEND.has(client.user, id).succeeds(id);
                }
                sleep(Duration.ofSeconds(2));
            }
        });
        CLUSTER.restart();
        restarted.set(true);
        backend.join();
        clients.forEach(Roamer::finish);
        assertTrue(clients.stream().mapToInt(Roamer::resumed).sum() >= clients.size(), "they had to move");
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int holder() {
        Eventually.holds(() -> holders().size() == 1);
        return holders().getFirst();
    }

    private static List<Integer> holders() {
        return IntStream.range(0, 3).filter(node -> NODES.get(node).runs() && openAt(node) == 1).boxed().toList();
    }

    private static double openAt(int node) {
        try {
            return gateway(node).metric("image_gen_backend_streams");
        } catch (CompletionException gone) {
            return 0;
        }
    }

    private static Gateway gateway(int node) {
        return CLUSTER.gateway(node);
    }

    private EventStream stream(int node) {
        return CLUSTER.stream(node, alice, "");
    }
}

package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.backend.FakeBackend;
import imagegen.it.EventStream.Event;
import imagegen.redis.RedisProcess;
import imagegen.server.ServerProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Three nodes as processes, over one Redis and one image backend. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no Redis for it")
class ClusterIT {

    private static final String COOKIE = "image-gen-session=";
    private static final ThreeNodes CLUSTER = new ThreeNodes("cluster", node -> node);
    private static final Issuer ISSUER = CLUSTER.issuer;
    private static final FakeBackend BACKEND = CLUSTER.backend;
    private static final RedisProcess REDIS = CLUSTER.redis;
    private static final List<ServerProcess> NODES = CLUSTER.nodes;

    private String alice;

    @AfterAll
    static void stop() {
        CLUSTER.close();
    }

    @BeforeEach
    void everybodyIsThere(TestInfo test) {
        alice = "alice-" + test.getTestMethod().orElseThrow().getName();
        CLUSTER.start();
    }

    @Test
    void aUserSeesTheSameUpdatesUnderTheSameCursorsOnTwoNodes() {
        EventStream here = stream(0, alice, "");
        EventStream there = stream(1, alice, "");
        String request = gateway(0).submit(ISSUER.token(alice), "a fox");
        BACKEND.progresses(request, 40).succeeds(request);
        List<Event> seen = updates(here.until(event -> event.kind().equals("OK")));
        List<Event> seenThere = updates(there.until(event -> event.kind().equals("OK")));
        assertEquals(seen.getLast().id(), seenThere.getLast().id());
        assertEquals(seen.getLast().data(), seenThere.getLast().data());
        EventStream elsewhere = stream(2, alice, "?after=" + seen.getFirst().id());
        assertEquals("complete", elsewhere.next("resume").json().getString("verdict"));
        assertEquals(seen.getLast().id(), elsewhere.next("OK").id());
        assertEquals(200, gateway(2).get("api/image-gen/requests/" + request, ISSUER.token(alice)).statusCode());
    }

    @Test
    void whatBeganOnANodeThatIsKilledEndsOnAnother() {
        EventStream here = stream(0, alice, "");
        String request = gateway(0).submit(ISSUER.token(alice), "a fox");
        BACKEND.progresses(request, 10);
        Event progress = here.next(event -> event.data().contains("10"));
        NODES.get(0).kill().ended();
        BACKEND.succeeds(request);
        EventStream there = stream(1, alice, "?after=" + progress.id());
        assertEquals("complete", there.next("resume").json().getString("verdict"));
        assertEquals(request, there.next("OK").requestId());
    }

    @Test
    void aSubmitThatIsRepeatedAtAnotherNodeStartsNoSecondJob() {
        int before = BACKEND.calls("POST").size();
        String request = submitsUnder("a-key", 0);
        NODES.get(0).kill();
        assertEquals(request, submitsUnder("a-key", 1));
        assertEquals(request, submitsUnder("a-key", 2));
        assertEquals(before + 1, BACKEND.calls("POST").size());
        NODES.get(0).ended();
    }

    private String submitsUnder(String key, int node) {
        return gateway(node).submit(ISSUER.token(alice), "a fox", "Idempotency-Key", key);
    }

    @Test
    void aSignOutOnOneNodeEndsTheStreamsOnAllWithinASecond() {
        String token = ISSUER.token(alice);
        signsIn(0, token);
        EventStream there = EventStream.open(gateway(1).request("api/image-gen/events").header("Cookie", COOKIE + token));
        there.next();
        long began = System.nanoTime();
        assertEquals(204, gateway(0).send(gateway(0).request("api/image-gen/session").header("Cookie", COOKIE + token)
                .header("Sec-Fetch-Site", "same-origin").DELETE()).statusCode());
        there.next("session");
        there.next("end");
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(Duration.ofSeconds(1)) < 0, () -> "it took " + took);
    }

    @Test
    void aRenewalOnOneNodeLetsTheStreamsOnAllGoOn() {
        String old = ISSUER.token(alice, Duration.ofSeconds(20));
        String fresh = ISSUER.token(alice, Duration.ofMinutes(10));
        signsIn(0, old);
        EventStream there = EventStream.open(gateway(1).request("api/image-gen/events").header("Cookie", COOKIE + old));
        there.next();
        gateway(0).send(gateway(0).request("api/image-gen/session", fresh).header("Cookie", COOKIE + old)
                .header("Sec-Fetch-Site", "same-origin").POST(BodyPublishers.noBody()));
        assertEquals("renewed", there.next(event -> event.kind().equals("session")
                && event.data().contains("renewed")).json().getString("state"));
    }

    @Test
    void whileRedisIsDownStreamsGoOnAndAfterwardsSoDoesEverybody() {
        EventStream here = stream(0, alice, "");
        EventStream there = stream(1, alice, "");
        String first = gateway(0).submit(ISSUER.token(alice), "a fox");
        there.next("PROGRESS");
        REDIS.kill();
        BACKEND.progresses(first, 50).succeeds(first);
        here.next("OK");
        there.next("OK");
        Eventually.holds(() -> gateway(0).metric("image_gen_redis_up") == 0);
        assertTrue(NODES.get(0).healthy(), "degraded is not down");
        String second = gateway(1).submit(ISSUER.token(alice), "a hare");
        REDIS.startAgain();
        Eventually.holds(() -> IntStream.range(0, 3).allMatch(i -> gateway(i).metric("image_gen_redis_up") == 1));
        BACKEND.succeeds(second);
        for (EventStream stream : List.of(here, there)) {
            List<Event> rest = stream.until(event -> event.kind().equals("OK"));
            assertEquals(second, rest.getLast().requestId(), "the first has not ended twice");
            assertTrue(rest.stream().anyMatch(event -> event.kind().equals("resume")), "it was told of a gap");
        }
    }

    @Test
    void aRollingRestartLosesNothingRepeatsNothingAndEveryResumeIsComplete() throws Exception {
        List<Roamer> clients = CLUSTER.roamers(24);
        AtomicBoolean restarted = new AtomicBoolean();
        Thread backend = Thread.ofVirtual().start(() -> {
            for (int round = 0; !restarted.get() || round < 5; round++) {
                for (Roamer client : clients) {
                    client.submits().ifPresent(id -> {
                        BACKEND.progresses(id, 50).succeeds(id);
                        client.expects(id);
                    });
                }
                sleep(1000);
            }
        });
        CLUSTER.restart();
        restarted.set(true);
        backend.join();
        clients.forEach(Roamer::finish);
    }

    private static Gateway gateway(int node) {
        return CLUSTER.gateway(node);
    }

    private static EventStream stream(int node, String user, String query) {
        return CLUSTER.stream(node, user, query);
    }

    private void signsIn(int node, String token) {
        assertEquals(200, gateway(node).send(gateway(node).request("api/image-gen/session", token)
                .header("Sec-Fetch-Site", "same-origin").POST(BodyPublishers.noBody())).statusCode());
    }

    private static List<Event> updates(List<Event> events) {
        return events.stream().filter(event -> event.event().equals("message")).collect(Collectors.toList());
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

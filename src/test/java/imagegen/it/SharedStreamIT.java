package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.backend.FakeBackend;
import imagegen.it.EventStream.Event;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** One backend stream under a service token for all users, in which each message names its owner. */
@ArquillianTest
@RunAsClient
class SharedStreamIT {

    private static final Issuer ISSUER = new Issuer();
    private static final FakeBackend BACKEND = FakeBackend.start();

    @ArquillianResource
    private URL deployed;
    private Gateway gateway;
    // Two users for each test, so that none sees what another has left
    private String alice;
    private String bob;

    @Deployment(testable = false)
    static WebArchive war() {
        return GatewayWar.named("shared")
                .with("image-gen.backend.url", BACKEND.url())
                .with("image-gen.backend.stream", "shared")
                .with("image-gen.backend.service-token", FakeBackend.SERVICE_TOKEN)
                .with("image-gen.backend.poll-interval", "PT0.3S")
                .with("image-gen.intake.reconcile-after", "PT2S")
                .with("image-gen.heartbeat", "PT1S")
                .trusting(ISSUER)
                .archive();
    }

    @BeforeEach
    void connect(TestInfo test) {
        gateway = new Gateway(deployed);
        String name = test.getTestMethod().orElseThrow().getName();
        alice = "alice-" + name;
        bob = "bob-" + name;
        BACKEND.behaves();
        BACKEND.awaitOpenStreams(1);
    }

    @AfterAll
    static void stop() {
        BACKEND.close();
    }

    private EventStream streamOf(String user) {
        EventStream stream = gateway.events("", ISSUER.token(user));
        stream.next();
        return stream;
    }

    private String submit(String user) {
        return gateway.submit(ISSUER.token(user), "a fox");
    }

    private static Set<String> requestsIn(List<Event> events) {
        return events.stream().map(Event::requestId).filter(id -> !id.isEmpty()).collect(Collectors.toSet());
    }

    private static long terminals(List<Event> events) {
        return events.stream().filter(event -> event.kind().equals("OK")).count();
    }

    @Test
    void isOpenUnderTheServiceTokenBeforeAnybodyComes() {
        assertTrue(BACKEND.calls("GET /v1/image-gen/events").stream().allMatch(call ->
                call.headers().get("authorization").equals("Bearer " + FakeBackend.SERVICE_TOKEN)));
    }

    @Test
    void carriesToEachUserTheirOwnUpdatesOnly() {
        try (EventStream hers = streamOf(alice); EventStream his = streamOf(bob)) {
            String herRequest = submit(alice);
            String hisRequest = submit(bob);
            BACKEND.progresses(hisRequest, 40).progresses(herRequest, 60).succeeds(hisRequest).succeeds(herRequest);
            assertEquals(Set.of(herRequest), requestsIn(hers.until(event -> event.kind().equals("OK"))));
            assertEquals(Set.of(hisRequest), requestsIn(his.until(event -> event.kind().equals("OK"))));
            his.next("heartbeat");
            assertEquals(Set.of(), requestsIn(his.rest()));
            assertEquals(1, BACKEND.openStreams());
        }
    }

    @Test
    void showsNobodyAnothersRequestEvenByName() {
        String herRequest = submit(alice);
        try (EventStream his = gateway.events("?request_id=" + herRequest, ISSUER.token(bob));
                EventStream hers = streamOf(alice)) {
            BACKEND.succeeds(herRequest);
            hers.next("OK");
            his.next("heartbeat");
            his.next("heartbeat");
            assertEquals(Set.of(), requestsIn(his.rest()));
            assertEquals(404, gateway.get("api/image-gen/requests/" + herRequest, ISSUER.token(bob)).statusCode());
        }
    }

    @Test
    void isStillOneForManyUsers() {
        List<EventStream> streams = new ArrayList<>();
        List<String> requests = new ArrayList<>();
        try {
            for (int user = 0; user < 40; user++) {
                streams.add(streamOf(alice + user));
                requests.add(submit(alice + user));
            }
            requests.forEach(BACKEND::succeeds);
            for (int user = 0; user < 40; user++) {
                assertEquals(requests.get(user), streams.get(user).next("OK").requestId());
            }
            assertEquals(1, BACKEND.openStreams());
        } finally {
            streams.forEach(EventStream::close);
        }
    }

    @Test
    void keepsWhatEndedForAUserWhoComesLater() {
        BACKEND.has(alice, "made-for-" + alice).succeeds("made-for-" + alice);
        try (EventStream hers = streamOf(alice)) {
            assertEquals("made-for-" + alice, hers.next("OK").requestId());
        }
    }

    @Test
    void losesNoTerminalUpdateWhenTheBackendRestarts() {
        try (EventStream hers = streamOf(alice); EventStream his = streamOf(bob)) {
            String herRequest = submit(alice);
            String hisRequest = submit(bob);
            BACKEND.progresses(herRequest, 50).progresses(hisRequest, 50);
            BACKEND.stops().succeedsUnheard(herRequest).succeedsUnheard(hisRequest).startsAgain();
            assertEquals(herRequest, hers.next("OK").requestId());
            assertEquals(hisRequest, his.next("OK").requestId());
            BACKEND.awaitOpenStreams(1);
            String next = submit(alice);
            BACKEND.succeeds(next);
            List<Event> since = hers.until(event -> event.kind().equals("OK"));
            assertEquals(next, since.getLast().requestId());
            assertEquals(1, terminals(since), "and none twice");
        }
    }

    @Test
    void repeatsNothingThatTheBackendTellsOnceMore() {
        try (EventStream hers = streamOf(alice)) {
            String first = submit(alice);
            BACKEND.progresses(first, 50).succeeds(first);
            hers.next("OK");
            int opened = BACKEND.streamsOpened();
            BACKEND.replaysOldEvents().endsStreams().awaitStreamsOpened(opened + 1);
            String second = submit(alice);
            BACKEND.succeeds(second);
            assertEquals(Set.of(second), requestsIn(hers.until(event -> event.kind().equals("OK"))));
        }
    }

    @Test
    void givesAMessageWithoutAnOwnerToNobodyAndCountsIt() {
        try (EventStream hers = streamOf(alice)) {
            String request = submit(alice);
            String discarded = "image_gen_backend_discarded_total";
            double before = gateway.metric(discarded);
            BACKEND.says(alice, "{\"request_id\":\"nobodys\",\"status\":\"PROGRESS\"}").succeeds(request);
            assertEquals(Set.of(request), requestsIn(hers.until(event -> event.kind().equals("OK"))));
            assertEquals(before + 1, gateway.metric(discarded));
        }
    }
}

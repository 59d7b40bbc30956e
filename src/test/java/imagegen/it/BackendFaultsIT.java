package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.backend.FakeBackend;
import java.net.URL;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Whatever the image backend does, its callers get each result once, or are told in words why not. */
@ArquillianTest
@RunAsClient
class BackendFaultsIT {
    private static final Issuer ISSUER = new Issuer();
    private static final FakeBackend BACKEND = FakeBackend.start();
    private static final String REQUESTS = "api/image-gen/requests";
    private static final String FOX = "{\"prompt\":\"a fox\",\"width\":128,\"height\":96}";

    @ArquillianResource
    private URL deployed;
    private Gateway gateway;
    // a user for each test, so that none sees what another has left
    private String user;
    private String token;

    @Deployment(testable = false)
    static WebArchive war() {
        return GatewayWar.named("faults")
                .with("image-gen.backend.url", BACKEND.url())
                .with("image-gen.backend.poll-interval", "PT0.3S")
                .with("image-gen.backend.silence-timeout", "PT3S")
                .with("image-gen.backend.connect-timeout", "PT2S")
                .with("image-gen.backend.read-timeout", "PT2S")
                .with("image-gen.intake.linger", "PT1S")
                .with("image-gen.intake.reconcile-after", "PT1S")
                .with("image-gen.intake.unknown-after", "PT2S")
                .trusting(ISSUER)
                .archive();
    }

    @BeforeEach
    void connect(TestInfo test) {
        gateway = new Gateway(deployed);
        user = test.getTestMethod().orElseThrow().getName();
        token = ISSUER.token(user);
        BACKEND.behaves();
    }

    @AfterAll
    static void close() {
        BACKEND.close();
    }

    private EventStream watches() {
        var stream = gateway.events("", token);
        stream.next();
        BACKEND.awaitOpenStreams(user, 1);
        return stream;
    }

    private HttpResponse<String> posts(String key, String body) {
        return gateway.send(gateway.request(REQUESTS, token).header("Content-Type", "application/json")
                .header("Idempotency-Key", key).POST(BodyPublishers.ofString(body)));
    }

    private static long count(List<EventStream.Event> events, String kind, String id) {
        return events.stream().filter(it -> it.kind().equals(kind) && it.requestId().equals(id)).count();
    }

    // ---- the ordinary course

    @Test
    void carriesAJobFromItsPromptToItsImage() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.progresses(id, 50).succeeds(id);
            var seen = stream.until(it -> it.kind().equals("OK"));
            assertEquals(id, seen.getLast().requestId());
            var submitted = BACKEND.calls("POST /v1/image-gen/requests").stream()
                    .filter(it -> it.headers().get("authorization").equals("Bearer " + token)).toList();
            assertEquals(1, submitted.size(), "with the caller's own token");
            assertEquals("a fox", FakeBackend.promptOf(submitted.getFirst()).orElseThrow());
        }
    }

    @Test
    void holdsOneBackendStreamForAllOfAUsersTabsAndClosesItAfterTheLast() {
        try (var first = watches(); var second = watches(); var third = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.succeeds(id);
            List.of(first, second, third).forEach(it -> it.next("OK"));
            assertEquals(1, BACKEND.openStreams(user));
        }
        BACKEND.awaitOpenStreams(user, 0);
    }

    @Test
    void tellsALateSubscriberWhatEndedBefore() {
        var id = gateway.submit(token, "a fox");
        BACKEND.succeeds(id).has(user, "never-seen").succeedsUnheard("never-seen");
        try (var stream = gateway.events("?request_id=" + id + "&request_id=never-seen", token)) {
            assertEquals(Set.of(id, "never-seen"),
                    Set.of(stream.next("OK").requestId(), stream.next("OK").requestId()));
        }
    }

    @Test
    void showsOneRequestsStateAndSaysWhenItHasNotChanged() {
        var id = gateway.submit(token, "a fox");
        var first = gateway.get(REQUESTS + "/" + id, token);
        assertEquals(200, first.statusCode());
        assertEquals("PROGRESS", Gateway.json(first).getString("status"));
        var tag = first.headers().firstValue("ETag").orElseThrow();
        var again = gateway.send(gateway.request(REQUESTS + "/" + id, token).header("If-None-Match", tag));
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
    }

    @Test
    void cancelsAndTellsTheStreams() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            assertEquals(204, gateway.send(gateway.request(REQUESTS + "/" + id, token).DELETE()).statusCode());
            assertEquals("cancelled", stream.next("ERROR").json().getString("message"));
        }
        assertEquals("unknown-request",
                Gateway.problem(gateway.send(gateway.request(REQUESTS + "/nowhere", token).DELETE())));
    }

    @Test
    void makesOneJobOfAPostThatIsRepeatedAtTheSameTime() {
        var answers = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> posts("the-key", FOX))).toList();
        var ids = answers.stream().map(CompletableFuture::join)
                .map(it -> Gateway.json(it).getString("request_id")).collect(Collectors.toSet());
        assertEquals(1, ids.size());
        var submits = BACKEND.calls("POST /v1/image-gen/requests").stream()
                .filter(it -> "the-key".equals(it.headers().get("idempotency-key"))).count();
        assertEquals(1, submits);
        var conflict = posts("the-key", FOX.replace("fox", "owl"));
        assertEquals(422, conflict.statusCode());
        assertEquals("idempotency-conflict", Gateway.problem(conflict));
    }

    // ---- streams that fail

    @Test
    void losesNothingWhenTheBackendCutsAStreamInTheMiddleOfAnEvent() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.progresses(id, 50).cutsMidEvent().succeedsUnheard(id);
            assertEquals(id, stream.next("OK").requestId());
        }
    }

    @Test
    void losesNothingWhenTheBackendRestarts() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.progresses(id, 50).stops().succeedsUnheard(id).startsAgain();
            assertEquals(id, stream.next("OK").requestId());
            BACKEND.awaitOpenStreams(user, 1);
            var next = gateway.submit(token, "an owl");
            BACKEND.succeeds(next);
            assertEquals(next, stream.next("OK").requestId());
        }
    }

    @Test
    void asksForAResultThatTheStreamNeverTold() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.succeedsUnheard(id);
            assertEquals(id, stream.next("OK").requestId());
        }
    }

    @Test
    void opensAnotherStreamWhenOneHasGoneSilent() {
        try (var stream = watches()) {
            var opened = BACKEND.goesSilent().streamsOpened();
            BACKEND.awaitStreamsOpened(opened + 1).speaks();
            BACKEND.awaitOpenStreams(user, 1);
            var id = gateway.submit(token, "a fox");
            BACKEND.succeeds(id);
            assertEquals(id, stream.next("OK").requestId());
        }
    }

    @Test
    void pollsWhileNoStreamCanBeHadAndGoesBackToIt() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.refusesStreams();
            BACKEND.awaitOpenStreams(user, 0);
            BACKEND.progresses(id, 70);
            stream.next(it -> it.data().contains("70"));
            BACKEND.succeeds(id);
            assertEquals(id, stream.next("OK").requestId());

            BACKEND.servesStreams().awaitOpenStreams(user, 1);
            var next = gateway.submit(token, "an owl");
            BACKEND.succeeds(next);
            assertEquals(next, stream.next("OK").requestId());
        }
    }

    @Test
    void waitsForABackendThatAnswers503ForAWhile() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.answers503ForAWhile(3).succeedsUnheard(id);
            assertEquals(id, stream.next("OK").requestId());
        }
    }

    // ---- messages that are wrong

    @Test
    void skipsGarbageAndGoesOn() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.sendsGarbage();
            BACKEND.says(user, "x".repeat(2_000_000)).succeeds(id);
            var seen = stream.until(it -> it.kind().equals("OK"));
            assertTrue(seen.stream().allMatch(it -> it.requestId().isEmpty() || it.requestId().equals(id)));
        }
        var metrics = gateway.get("api/metrics", token).body();
        assertTrue(metrics.contains("image_gen_backend_discarded"), metrics);
    }

    @Test
    void repeatsNothingWhenTheBackendReplaysItsPast() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.progresses(id, 10).progresses(id, 90).succeeds(id);
            stream.next("OK");
            BACKEND.replaysOldEvents().endsStreams();
            BACKEND.awaitOpenStreams(user, 0).awaitOpenStreams(user, 1);
            var next = gateway.submit(token, "an owl");
            BACKEND.succeeds(next);
            var seen = stream.until(it -> it.requestId().equals(next) && it.kind().equals("OK"));
            assertEquals(0, count(seen, "OK", id) + count(seen, "PROGRESS", id));
        }
    }

    @Test
    void givesNobodyWhatNamesAnotherUser() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.misdirects("somebody-else", "not-yours").succeeds(id);
            var seen = stream.until(it -> it.kind().equals("OK"));
            assertTrue(seen.stream().noneMatch(it -> it.requestId().equals("not-yours")));
        }
    }

    @Test
    void endsARequestThatTheBackendNoLongerKnows() {
        try (var stream = watches()) {
            var id = gateway.submit(token, "a fox");
            BACKEND.progresses(id, 50).deniesNewJobs();
            var end = stream.next("ERROR");
            assertEquals(id, end.requestId());
            assertEquals("the backend no longer knows this request", end.json().getString("message"));
        }
    }

    // ---- calls that fail

    @Test
    void saysThatTheBackendCanNotServe() {
        BACKEND.refusesCalls();
        var response = posts("k", FOX);
        assertEquals(503, response.statusCode());
        assertEquals("backend-unavailable", Gateway.problem(response));
        assertEquals("1", response.headers().firstValue("Retry-After").orElse(""), "as the backend said");
        BACKEND.behaves();
        assertEquals(202, posts("k", FOX).statusCode(), "the key is good for another try");
    }

    @Test
    void saysThatTheBackendDoesNotAnswer() {
        BACKEND.neverAnswersCalls();
        var response = posts("k", FOX);
        assertEquals(504, response.statusCode());
        assertEquals("backend-timeout", Gateway.problem(response));
    }

    @Test
    void saysWhyThePromptWasRefused() {
        BACKEND.refusesPrompts("no foxes here");
        var response = posts("k", FOX);
        assertEquals(422, response.statusCode());
        assertEquals("prompt-refused", Gateway.problem(response));
        assertEquals("no foxes here", Gateway.json(response).getString("detail"));
    }

    @Test
    void saysThatTheBackendDoesNotTakeTheTokenAndLeavesItInPeace() {
        BACKEND.refusesToken(token);
        assertEquals("backend-refused", Gateway.problem(posts("k", FOX)));
        try (var stream = gateway.events("", token)) {
            stream.next();
            var tries = BACKEND.awaitCalls("GET /v1/image-gen/events", 1).calls().stream()
                    .filter(it -> it.headers().getOrDefault("authorization", "").endsWith(token)).count();
            assertTrue(tries <= 3, "tried " + tries + " times");
        }
        // a fresh token opens the feed again
        token = ISSUER.token(user);
        try (var stream = watches()) {
            BACKEND.has(user, "r-1").succeeds("r-1");
            assertEquals("r-1", stream.next("OK").requestId());
        }
    }

    @Test
    void knowsNoRequestOfAnotherUser() {
        var id = gateway.submit(token, "a fox");
        var other = ISSUER.token(user + "-other");
        for (var response : List.of(gateway.get(REQUESTS + "/" + id, other),
                gateway.send(gateway.request(REQUESTS + "/" + id, other).DELETE()))) {
            assertEquals(404, response.statusCode());
            assertEquals("unknown-request", Gateway.problem(response));
        }
        try (var stream = gateway.events("?request_id=" + id, other)) {
            stream.next();
            BACKEND.has(user + "-other", "own-" + user).succeeds(id);
            BACKEND.awaitOpenStreams(user + "-other", 1).succeeds("own-" + user);
            assertFalse(stream.rest().stream().anyMatch(it -> it.requestId().equals(id)));
        }
    }
}

package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.backend.FakeBackend;
import imagegen.it.EventStream.Event;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URL;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** From the backend to the client, over every transport, with one backend stream per user. */
@ArquillianTest
@RunAsClient
class DeliveryIT {

    private static final Issuer ISSUER = new Issuer();
    private static final FakeBackend BACKEND = FakeBackend.start();

    /** A thousand pings of the largest size, masked with zeros. */
    private static final byte[] PINGS = pings();

    @ArquillianResource
    private URL deployed;
    private Gateway gateway;
    private String user;
    private String token;

    @Deployment(testable = false)
    static WebArchive war() {
        return GatewayWar.named("delivery")
                .with("image-gen.backend.url", BACKEND.url())
                .with("image-gen.backend.poll-interval", "PT0.3S")
                .with("image-gen.intake.linger", "PT1S")
                .with("image-gen.intake.reconcile-after", "PT2S")
                .with("image-gen.heartbeat", "PT1S")
                .with("image-gen.rollout.move-over", "PT0.2S")
                .with("image-gen.delivery.stall-timeout", "PT3S")
                .trusting(ISSUER)
                .archive();
    }

    @AfterAll
    static void stop() {
        BACKEND.close();
        Flag.saysNothing();
    }

    /** Each test is a user of its own, so that none sees what another left behind. */
    @BeforeEach
    void connect(TestInfo test) {
        Flag.says("sse");
        gateway = new Gateway(deployed);
        user = test.getTestMethod().orElseThrow().getName();
        token = ISSUER.token(user);
        Eventually.holds(() -> transport().equals("sse"));
    }

    // Reception

    @Test
    void progressAndSuccessArriveWhileTheBackendWorks() {
        try (EventStream stream = gateway.events("", token)) {
            String id = gateway.submit(token, "a harbour at dawn");
            BACKEND.progresses(id, 40).succeeds(id);
            assertEquals(40, stream.next(event -> event.kind().equals("PROGRESS") && percent(event) > 0)
                    .json().getJsonObject("payload").getInt("progress"));
            Event done = stream.next("OK");
            assertEquals(id, done.requestId());
            assertFalse(done.json().getJsonObject("payload").getJsonArray("images").isEmpty());
        }
    }

    @Test
    void anErrorArrivesInTheBackendsWords() {
        try (EventStream stream = gateway.events("", token)) {
            String id = gateway.submit(token, "a harbour at dawn");
            BACKEND.fails(id, "Invalid status code: 422");
            assertEquals("Invalid status code: 422", stream.next("ERROR").json().getString("message"));
        }
    }

    @Test
    void theCallersOwnTokenIsPassedOn() {
        try (EventStream stream = gateway.events("", token)) {
            String id = gateway.submit(token, "a harbour at dawn");
            BACKEND.succeeds(id);
            stream.next("OK");
        }
        assertTrue(BACKEND.calls("GET /v1/image-gen/events").stream()
                .anyMatch(call -> call.headers().values().stream().anyMatch(("Bearer " + token)::equals)));
    }

    @Test
    void aClientThatComesAfterTheEndGetsTheResult() {
        String id = gateway.submit(token, "a harbour at dawn");
        BACKEND.succeedsUnheard(id);
        try (EventStream stream = gateway.events("?request_id=" + id, token)) {
            assertEquals(id, stream.next("OK").requestId());
        }
    }

    @Test
    void aRequestThatOnlyTheBackendKnowsIsFoundByItsName() {
        BACKEND.has(user, "made-elsewhere").succeedsUnheard("made-elsewhere");
        try (EventStream stream = gateway.events("?request_id=made-elsewhere", token)) {
            assertEquals("made-elsewhere", stream.next("OK").requestId());
        }
    }

    @Test
    void noProgressFollowsTheEnd() {
        try (EventStream stream = gateway.events("", token)) {
            String id = gateway.submit(token, "a harbour at dawn");
            BACKEND.succeeds(id);
            stream.next("OK");
            BACKEND.progresses(id, 99);
            String other = gateway.submit(token, "another");
            BACKEND.succeeds(other);
            List<Event> since = stream.until(event -> event.kind().equals("OK"));
            assertTrue(since.stream().noneMatch(event -> event.requestId().equals(id)), since::toString);
        }
    }

    // Several subscriptions, and others' updates

    @Test
    void eachSubscriptionGetsItsOwnRequestsOnly() {
        String first = gateway.submit(token, "one");
        String second = gateway.submit(token, "two");
        String third = gateway.submit(token, "three");
        try (EventStream one = gateway.events("?request_id=" + first, token);
                EventStream two = gateway.events("?request_id=" + second + "&request_id=" + third, token)) {
            BACKEND.succeeds(third).succeeds(first).succeeds(second);
            assertEquals(List.of(first), one.until(event -> event.kind().equals("OK")).stream()
                    .map(Event::requestId).filter(id -> !id.isEmpty()).distinct().toList());
            two.next(event -> event.kind().equals("OK") && event.requestId().equals(third));
            two.next(event -> event.kind().equals("OK") && event.requestId().equals(second));
            assertTrue(one.rest().stream().noneMatch(event -> event.kind().equals("OK")));
        }
    }

    @Test
    void nobodySeesAnothersUpdatesEvenByName() {
        String mallory = ISSUER.token("mallory");
        String id = gateway.submit(token, "private");
        try (EventStream theirs = gateway.events("?request_id=" + id, mallory);
                EventStream all = gateway.events("", mallory);
                EventStream own = gateway.events("", token)) {
            BACKEND.progresses(id, 10).succeeds(id);
            own.next("OK");
            theirs.next("heartbeat");
            all.next("heartbeat");
            theirs.next("heartbeat");
            all.next("heartbeat");
            assertEquals(404, gateway.get("api/image-gen/requests/" + id, mallory).statusCode());
            assertFalse(gateway.get("api/image-gen/updates?request_id=" + id, mallory).body().contains("\"status\""));
            assertTrue(theirs.rest().stream().allMatch(event -> event.kind().equals("heartbeat")));
        }
    }

    @Test
    void aBackendThatMisdirectsAMessageReachesNobody() {
        try (EventStream stream = gateway.events("", token)) {
            String id = gateway.submit(token, "mine");
            BACKEND.misdirects("somebody-else", id).succeeds(id);
            assertEquals(id, stream.next("OK").requestId());
        }
    }

    @Test
    void oneBackendStreamServesAllTabsOfAUserAndClosesAfterTheLast() {
        EventStream one = gateway.events("", token);
        EventStream two = gateway.events("", token);
        EventStream three = gateway.events("?request_id=x", token);
        one.next("heartbeat");
        two.next("heartbeat");
        three.next("heartbeat");
        assertEquals(1, BACKEND.openStreams(user));
        one.close();
        two.close();
        three.close();
        BACKEND.awaitOpenStreams(user, 0);
    }

    // Resuming

    @Test
    void resumesAfterLastEventIdWithoutRepeatingIt() {
        String cursor;
        String first = gateway.submit(token, "one");
        try (EventStream stream = gateway.events("", token)) {
            BACKEND.succeeds(first);
            cursor = stream.next("OK").id();
        }
        String second = gateway.submit(token, "two");
        BACKEND.succeeds(second);
        try (EventStream stream = EventStream.open(
                gateway.request("api/image-gen/events", token).header("Last-Event-ID", cursor))) {
            assertEquals("complete", stream.next("resume").json().getString("verdict"));
            List<Event> events = stream.until(event -> event.kind().equals("OK"));
            assertTrue(events.stream().noneMatch(event -> event.requestId().equals(first)), events::toString);
            assertEquals(second, events.getLast().requestId());
        }
        try (EventStream stream = gateway.events("?after=" + cursor, token)) {
            assertEquals("complete", stream.next("resume").json().getString("verdict"));
            assertEquals(second, stream.next("OK").requestId());
        }
    }

    @Test
    void aCursorThatCantBeServedGetsAVerdictAndTheCurrentState() {
        String id = gateway.submit(token, "one");
        try (EventStream stream = gateway.events("", token)) {
            BACKEND.succeeds(id);
            stream.next("OK");
        }
        for (String cursor : List.of("forged-1", "0000000000-zz", "%00%ff", "x".repeat(2000))) {
            try (EventStream stream = gateway.events("?after=" + cursor, token)) {
                assertEquals("gap", stream.next("resume").json().getString("verdict"));
                assertEquals(id, stream.next("OK").requestId());
            }
        }
    }

    @Test
    void oneCursorServesEveryTransport() throws Exception {
        String id = gateway.submit(token, "one");
        String cursor;
        try (EventStream stream = gateway.events("", token)) {
            BACKEND.progresses(id, 30);
            cursor = stream.next(event -> event.kind().equals("PROGRESS") && percent(event) == 30).id();
        }
        BACKEND.progresses(id, 60);
        JsonObject poll = Gateway.json(gateway.get("api/image-gen/updates?wait=10&after=" + cursor, token));
        assertEquals("complete", poll.getJsonObject("resume").getString("verdict"));
        JsonObject update = poll.getJsonArray("updates").getJsonObject(0);
        assertEquals(60, update.getJsonObject("payload").getInt("progress"));
        assertEquals(update.getString("id"), poll.getString("next"));
        BACKEND.succeeds(id);
        Flag.says("websocket");
        Eventually.holds(() -> transport().equals("websocket"));
        String next = poll.getString("next");
        try (SocketStream socket = SocketStream.open(gateway.at("ws/image-gen?after=" + next), bearer())) {
            assertEquals("complete", socket.next(message -> message.getString("event", "").equals("resume"))
                    .getString("verdict"));
            assertEquals(id, socket.next("OK").getString("request_id"));
        }
    }

    // The other transports, and the flag

    @Test
    void theSocketCarriesTheSameMessages() throws Exception {
        Flag.says("websocket");
        Eventually.holds(() -> transport().equals("websocket"));
        try (SocketStream socket = SocketStream.open(gateway.at("ws/image-gen"), bearer())) {
            String id = gateway.submit(token, "by socket");
            BACKEND.progresses(id, 20).succeeds(id);
            JsonObject done = socket.next("OK");
            assertEquals(id, done.getString("request_id"));
            assertFalse(done.getString("id").isEmpty());
            assertEquals("ping", socket.next(message -> message.getString("event", "").equals("heartbeat"))
                    .getString("type"));
        }
    }

    @Test
    void aSocketFromAForeignOriginOrWithoutATokenIsRefused() throws Exception {
        Flag.says("websocket");
        Eventually.holds(() -> transport().equals("websocket"));
        WebSocketHandshakeException foreign = assertThrows(WebSocketHandshakeException.class,
                () -> SocketStream.open(gateway.at("ws/image-gen"),
                        Map.of("Cookie", "image-gen-session=" + token, "Origin", "https://evil.example")));
        assertEquals(403, foreign.getResponse().statusCode());
        WebSocketHandshakeException anonymous = assertThrows(WebSocketHandshakeException.class,
                () -> SocketStream.open(gateway.at("ws/image-gen"), Map.of()));
        assertEquals(401, anonymous.getResponse().statusCode());
    }

    @Test
    void aPollWaitsForTheFirstUpdate() {
        String id = gateway.submit(token, "by polling");
        JsonObject first = Gateway.json(gateway.get("api/image-gen/updates", token));
        Thread.ofVirtual().start(() -> BACKEND.awaitCalls("GET /v1/image-gen/events", 1).succeeds(id));
        JsonObject second = Gateway.json(gateway.get(
                "api/image-gen/updates?wait=20&after=" + first.getString("next"), token));
        assertEquals("OK", second.getJsonArray("updates").getJsonObject(0).getString("status"));
    }

    @Test
    void anEditOfTheFlagMovesOpenStreamsWithinTwoSecondsAndBack() throws Exception {
        String id = gateway.submit(token, "moving");
        try (EventStream stream = gateway.events("", token)) {
            Event last = stream.next("PROGRESS");
            long edited = System.nanoTime();
            Flag.says("websocket");
            JsonObject move = stream.next("transport").json();
            assertEquals("websocket", move.getString("transport"));
            assertTrue(move.getString("url").endsWith("/ws/image-gen"), move::toString);
            stream.next("end");
            assertTrue(System.nanoTime() - edited < Duration.ofSeconds(3).toNanos(), "obeyed in time");
            HttpResponse<String> refused = gateway.get("api/image-gen/events", token);
            assertEquals(409, refused.statusCode());
            assertEquals("transport-switched-off", Gateway.problem(refused));
            assertEquals("websocket", Gateway.json(refused).getString("transport"));
            try (SocketStream socket = SocketStream.open(gateway.at("ws/image-gen?after=" + last.id()), bearer())) {
                BACKEND.succeeds(id);
                assertEquals(id, socket.next("OK").getString("request_id"));
                Flag.says("sse");
                assertEquals("sse", socket.next(message -> message.getString("event", "").equals("transport"))
                        .getString("transport"));
            }
        }
        Eventually.holds(() -> transport().equals("sse"));
        WebSocketHandshakeException refused = assertThrows(WebSocketHandshakeException.class,
                () -> SocketStream.open(gateway.at("ws/image-gen"), bearer()));
        assertEquals(409, refused.getResponse().statusCode());
    }

    // The backend misbehaves

    @Test
    void aBackendThatCutsMidEventIsResumed() {
        try (EventStream stream = gateway.events("", token)) {
            String id = gateway.submit(token, "cut");
            BACKEND.progresses(id, 10);
            stream.next(event -> event.kind().equals("PROGRESS") && percent(event) == 10);
            BACKEND.cutsMidEvent();
            BACKEND.succeedsUnheard(id);
            assertEquals(id, stream.next("OK").requestId());
        }
    }

    @Test
    void whileTheBackendsStreamCantBeHadTheGatewayPolls() {
        BACKEND.refusesStreams();
        try (EventStream stream = gateway.events("", token)) {
            String id = gateway.submit(token, "polled");
            BACKEND.succeeds(id);
            assertEquals(id, stream.next("OK").requestId());
            BACKEND.servesStreams();
            String next = gateway.submit(token, "streamed again");
            BACKEND.awaitStreamsOpened(1).succeeds(next);
            assertEquals(next, stream.next("OK").requestId());
        } finally {
            BACKEND.servesStreams();
        }
    }

    @Test
    void garbageFromTheBackendIsSkipped() {
        double discarded = gateway.metric("image_gen_backend_discarded_total");
        try (EventStream stream = gateway.events("", token)) {
            String id = gateway.submit(token, "between garbage");
            BACKEND.progresses(id, 5);
            stream.next(event -> event.kind().equals("PROGRESS") && percent(event) == 5);
            assertTrue(BACKEND.sendsGarbage() > 0);
            BACKEND.succeeds(id);
            assertEquals(id, stream.next("OK").requestId());
        }
        Eventually.holds(() -> gateway.metric("image_gen_backend_discarded_total") > discarded);
    }

    @Test
    void oldEventsThatTheBackendReplaysAreNoNews() {
        try (EventStream stream = gateway.events("", token)) {
            String id = gateway.submit(token, "replayed");
            BACKEND.progresses(id, 50).succeeds(id);
            stream.next("OK");
            BACKEND.replaysOldEvents();
            String next = gateway.submit(token, "the next");
            BACKEND.succeeds(next);
            List<Event> since = stream.until(event -> event.kind().equals("OK"));
            assertTrue(since.stream().noneMatch(event -> event.requestId().equals(id)), since::toString);
        }
    }

    // Clients misbehave

    @Test
    void aClientThatLeftIsForgottenWithinTwoHeartbeats() throws IOException {
        awaitOpen(0);
        Socket socket = gateway.rawEvents(token);
        awaitOpen(1);
        long left = System.nanoTime();
        socket.close();
        awaitOpen(0);
        assertTrue(System.nanoTime() - left < Duration.ofMillis(2_800).toNanos(),
                "two heartbeats of 1 s each, and the tick");
    }

    @Test
    void aClientThatResetsIsForgotten() throws IOException {
        awaitOpen(0);
        Socket socket = gateway.rawEvents(token);
        awaitOpen(1);
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
        awaitOpen(0);
    }

    /** A browser's page that is loaded again and again: each of its streams ends in good order, and counts no more. */
    @Test
    void whoOpensAndLeavesTwentyTimesASecondIsNeverRefused() throws Exception {
        for (int i = 0; i < 40; i++) {
            try (Socket socket = gateway.rawEvents(token)) {
                assertEquals("HTTP/1.1 200", new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII),
                        "stream " + i);
            }
            Thread.sleep(50);
        }
    }

    @Test
    void aClientThatHalfClosesIsServedOnUntilItGoes() throws IOException {
        awaitOpen(0);
        String id = gateway.submit(token, "half closed");
        try (Socket socket = gateway.rawEvents(token)) {
            awaitOpen(1);
            socket.shutdownOutput();
            // Writes to the first; were it gone, it would be by the time that the third is here
            gateway.events("", token).close();
            gateway.events("", token).close();
            BACKEND.succeeds(id);
            socket.setSoTimeout((int) EventStream.PATIENCE.toMillis());
            byte[] bytes = new byte[8192];
            String read = "";
            for (int n = 0; n >= 0 && !read.contains("\"OK\""); n = socket.getInputStream().read(bytes)) {
                read += new String(bytes, 0, n, StandardCharsets.UTF_8);
            }
            assertTrue(read.contains("\"OK\""), read);
        }
        awaitOpen(0);
    }

    @Test
    void aSocketThatIsNotReadIsDroppedAndNotOnlyCountedOut() throws Exception {
        Flag.says("websocket");
        Eventually.holds(() -> transport().equals("websocket"));
        String id = gateway.submit(token, "much to say");
        try (Socket socket = gateway.rawSocket(token)) {
            Eventually.holds(() -> gateway.openStreams("websocket") == 1);
            String words = "x".repeat(60_000);
            for (int i = 0; i < 400 && gateway.openStreams("websocket") == 1; i++) {
                BACKEND.says(user, "{\"request_id\":\"" + id + "\",\"status\":\"PROGRESS\",\"message\":\"" + i + words + "\"}");
            }
            Eventually.holds(() -> gateway.openStreams("websocket") == 0);
            assertGone(socket);
        }
    }

    @Test
    void aFloodOfPingsWhoseAnswersNobodyReadsEndsTheSocketAndDelaysNobody() throws Exception {
        Flag.says("websocket");
        Eventually.holds(() -> transport().equals("websocket"));
        try (SocketStream other = SocketStream.open(gateway.at("ws/image-gen"), bearer());
                Socket socket = gateway.rawSocket(ISSUER.token(user + "-flooding"))) {
            Eventually.holds(() -> gateway.openStreams("websocket") == 2);
            other.rest();
            long began = System.nanoTime();
            assertThrows(IOException.class, () -> assertTimeoutPreemptively(Duration.ofSeconds(90), () -> {
                for (int thousands = 0; thousands < 600; thousands++) {
                    socket.getOutputStream().write(PINGS);
                }
            }), "600,000 pings were taken");
            Eventually.holds(() -> gateway.openStreams("websocket") == 1);
            long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
            int heartbeats = other.rest().size();
            assertTrue(heartbeats >= seconds / 2, heartbeats + " heartbeats of one a second came in " + seconds + " s");
        }
    }

    private static byte[] pings() {
        byte[] all = new byte[1000 * (6 + 125)];
        for (int at = 0; at < all.length; at += 6 + 125) {
            all[at] = (byte) 0x89;
            all[at + 1] = (byte) (0x80 | 125);
        }
        return all;
    }

    /** Whoever still writes to it is told that nobody is there. */
    private static void assertGone(Socket socket) {
        Eventually.holds(() -> {
            try {
                socket.getOutputStream().write(new byte[] {(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0});
                return false;
            } catch (IOException gone) {
                return true;
            }
        });
    }

    @Test
    void aClientThatReconnectsAHundredTimesASecondWithForgedCursorsDisturbsNobody() throws Exception {
        String id = gateway.submit(token, "one");
        awaitOpen(0);
        try (EventStream stream = gateway.events("", token)) {
            stream.next("PROGRESS");
            for (int i = 0; i < 200; i++) {
                gateway.rawEvents(token, "Last-Event-ID: 0forged0-" + Integer.toString(i, Character.MAX_RADIX)).close();
                Thread.sleep(10);
            }
            BACKEND.succeeds(id);
            assertEquals(id, stream.next("OK").requestId());
            awaitOpen(1);
        }
    }

    @Test
    void aBodyThatIsTooLargeOrNoJsonIsRefusedInWords() {
        HttpResponse<String> large = gateway.send(gateway.request("api/image-gen/requests", token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"prompt\":\"" + "x".repeat(100_000) + "\"}")));
        assertEquals(413, large.statusCode());
        assertEquals("body-too-large", Gateway.problem(large));
        HttpResponse<String> broken = gateway.send(gateway.request("api/image-gen/requests", token)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"prompt\"")));
        assertEquals(400, broken.statusCode());
        assertEquals("invalid-body", Gateway.problem(broken));
    }

    @Test
    void aRepeatUnderTheSameKeyMakesOneJob() {
        HttpResponse<String> first = submitWithKey("one prompt");
        HttpResponse<String> second = submitWithKey("one prompt");
        assertEquals(202, first.statusCode(), first::body);
        assertEquals(first.body(), second.body());
        assertEquals(422, submitWithKey("another prompt").statusCode());
    }

    private HttpResponse<String> submitWithKey(String prompt) {
        return gateway.send(gateway.request("api/image-gen/requests", token).header("Idempotency-Key", "key-of-" + user)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"prompt\":\"" + prompt + "\",\"width\":64,\"height\":64}")));
    }

    @Test
    void theLatestStateHasAnEntityTag() {
        String id = gateway.submit(token, "tagged");
        BACKEND.succeeds(id);
        try (EventStream stream = gateway.events("", token)) {
            stream.next("OK");
        }
        HttpResponse<String> first = gateway.get("api/image-gen/requests/" + id, token);
        assertEquals(200, first.statusCode());
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertEquals(304, gateway.send(gateway.request("api/image-gen/requests/" + id, token)
                .header("If-None-Match", tag)).statusCode());
        HttpResponse<String> unknown = gateway.get("api/image-gen/requests/nobody-knows", token);
        assertEquals(404, unknown.statusCode());
        assertEquals("unknown-request", Gateway.problem(unknown));
    }

    @Test
    void theStreamEndsWithItsToken() {
        try (EventStream stream = gateway.events("", ISSUER.token(user, Duration.ofSeconds(4)))) {
            assertEquals("expiring", stream.next("session").json().getString("state"));
            assertEquals("expired", stream.next("session").json().getString("state"));
            stream.next("end");
        }
    }

    @Test
    void aFreshTokenInTheSessionKeepsTheStreamOpen() {
        String old = ISSUER.token(user, Duration.ofSeconds(5));
        try (EventStream stream = EventStream.open(gateway.request("api/image-gen/events")
                .header("Cookie", "image-gen-session=" + old))) {
            stream.next("session");
            HttpResponse<String> renewal = gateway.send(gateway.request("api/image-gen/session", token)
                    .header("Cookie", "image-gen-session=" + old).POST(BodyPublishers.noBody()));
            assertEquals(200, renewal.statusCode(), renewal::body);
            assertEquals("renewed", stream.next("session").json().getString("state"));
            for (int beats = 0; beats < 6; beats++) {
                stream.next("heartbeat");
            }
        }
    }

    /** Of all users: what an earlier test has closed may still be counted for a moment. */
    private void awaitOpen(int streams) {
        Eventually.holds(() -> gateway.openStreams("sse") == streams);
    }

    private String transport() {
        return gateway.transport(token);
    }

    private Map<String, String> bearer() {
        return Map.of("Authorization", "Bearer " + token);
    }

    private static int percent(Event event) {
        return event.json().getJsonObject("payload").getInt("progress", -1);
    }
}

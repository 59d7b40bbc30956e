package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.BadTokens;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real WAR in the real server, with real tokens: who gets in, who is told what, and for how long. */
@ArquillianTest
@RunAsClient
class AccessIT {

    private static final Issuer ISSUER = new Issuer();
    private static final String EVENTS = "api/image-gen/events";
    private static final String UPDATES = "api/image-gen/updates";
    private static final String TRANSPORT = "api/image-gen/transport";
    private static final String SESSION = "api/image-gen/session";
    private static final String SOCKET = "ws/image-gen";
    private static final String COOKIE = "image-gen-session=";

    @ArquillianResource
    private URL deployed;
    private Gateway gateway;

    /**
     * Some get Server-Sent Events, bob and all others WebSocket; no backend is there. Each test opens its streams as
     * somebody else, because three are allowed and a server does not see at once that a client has gone.
     */
    @Deployment(testable = false)
    static WebArchive war() {
        return GatewayWar.named("access")
                .with("image-gen.backend.url", "http://127.0.0.1:1")
                .with("image-gen.transport", "rollout")
                .with("image-gen.rollout.users", "alice,carol,dave,erin,frank,grace,heidi")
                .with("image-gen.limits.streams-per-user", 3)
                .with("image-gen.allowed-origins", "https://app.example")
                .with("mp.jwt.verify.audiences", "elsewhere," + Issuer.AUDIENCE)
                .trusting(ISSUER)
                .archive().addClass(InjectedTokenServlet.class);
    }

    @BeforeEach
    void connect() {
        gateway = new Gateway(deployed);
    }

    // Requests

    private HttpRequest.Builder bearing(String token, String path) {
        return gateway.request(path, token);
    }

    /** As a browser sends it, among other cookies. */
    private HttpRequest.Builder keeping(String token, String path) {
        return gateway.request(path).header("Cookie", "theme=dark; " + COOKIE + token);
    }

    /** With a fresh token, while the browser still has a cookie. */
    private HttpRequest.Builder signingIn(String user, String cookie) {
        return keeping(cookie, SESSION).header("Authorization", "Bearer " + ISSUER.token(user))
                .POST(BodyPublishers.noBody());
    }

    private String ourOrigin() {
        return "http://" + gateway.at("").getAuthority();
    }

    private HttpResponse<String> isAnswered(int status, String problem, HttpRequest.Builder request) {
        HttpResponse<String> response = gateway.send(request);
        assertEquals(status, response.statusCode(), response::body);
        assertEquals(problem, Gateway.problem(response));
        assertEquals(status, Gateway.json(response).getInt("status"));
        assertEquals(status == 401, response.headers().firstValue("WWW-Authenticate")
                .filter(challenge -> challenge.startsWith("Bearer")).isPresent());
        assertFalse(response.body().contains("\tat "), "no stack trace");
        return response;
    }

    private SocketStream socket(Map<String, String> headers) throws WebSocketHandshakeException {
        return SocketStream.open(gateway.at(SOCKET), headers);
    }

    private void isRefusedTheSocket(int status, Map<String, String> headers) {
        var refused = assertThrows(WebSocketHandshakeException.class, () -> socket(headers));
        assertEquals(status, refused.getResponse().statusCode());
    }

    // Who gets in

    @Test
    void thatNobodyIsSignedInIsAnAnswerAndABadTokenARefusal() {
        assertEquals(204, gateway.send(gateway.request(SESSION)).statusCode());
        isAnswered(401, "token-invalid", keeping("no.such.token", SESSION));
    }

    @Test
    void noDescriptionOfTheResourcesIsMadeUp() {
        isAnswered(404, "not-found", gateway.request("api/application.wadl"));
    }

    @ParameterizedTest
    @ValueSource(strings = {EVENTS, UPDATES, TRANSPORT, SOCKET, "api/image-gen/requests/a"})
    void withoutATokenNobodyGetsIn(String path) {
        isAnswered(401, "token-missing", gateway.request(path));
    }

    @Test
    void withoutATokenNoSocketOpens() {
        isRefusedTheSocket(401, Map.of());
    }

    private static final BadTokens TOKENS = new BadTokens(ISSUER.keys(), Issuer.NAME, Instant.now());

    static Stream<BadTokens.Bad> bad() {
        return TOKENS.all().stream();
    }

    static Stream<BadTokens.Good> odd() {
        return TOKENS.odd().stream();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadTokenGetsNobodyIn(BadTokens.Bad bad) {
        HttpResponse<String> refusal = isAnswered(401, bad.problem(), bearing(bad.token(), TRANSPORT));
        assertFalse(refusal.body().contains(bad.token()), "the token is not echoed");
    }

    @ParameterizedTest
    @MethodSource("odd")
    void anOddTokenIsAsGoodAsAnyOther(BadTokens.Good odd) {
        assertEquals("bob", Gateway.json(gateway.get(SESSION, odd.token())).getString("user"));
    }

    private enum Wrong {
        EXPIRED(401, "token-expired", ISSUER.token("bob", Duration.ofHours(-1))),
        SIGNED_WITH_ANOTHER_KEY(401, "token-invalid", new Issuer().token("bob")),
        NO_TOKEN_AT_ALL(401, "token-invalid", "abc"),
        OF_A_WRONG_GROUP(403, "forbidden", ISSUER.tokenOfGroup("mallory", "guest"));

        private final int status;
        private final String problem;
        private final String token;

        Wrong(int status, String problem, String token) {
            this.status = status;
            this.problem = problem;
            this.token = token;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWrongTokenGetsNobodyInHoweverItComes(Wrong wrong) {
        var requests = new ArrayList<>(List.of(bearing(wrong.token, SESSION).POST(BodyPublishers.noBody())));
        for (var path : List.of(EVENTS, UPDATES, TRANSPORT)) {
            requests.add(bearing(wrong.token, path));
            requests.add(keeping(wrong.token, path));
        }
        for (var request : requests) {
            HttpResponse<String> refusal = isAnswered(wrong.status, wrong.problem, request);
            assertFalse(refusal.body().contains("\"" + wrong.token), "the token is not echoed");
        }
        isRefusedTheSocket(wrong.status, Map.of("Authorization", "Bearer " + wrong.token));
        isRefusedTheSocket(wrong.status, Map.of("Cookie", COOKIE + wrong.token));
    }

    @Test
    void theTokenIsThePrincipalAndCanBeInjected() {
        String token = ISSUER.token("carol");
        assertEquals("carol carol true true", gateway.get(InjectedTokenServlet.PATH, token).body());
        assertEquals("null null false false", gateway.send(gateway.request(InjectedTokenServlet.PATH)).body());
    }

    @Test
    void aGoodTokenOpensAStreamByHeaderAndByCookie() {
        String token = ISSUER.token("alice");
        for (var request : List.of(bearing(token, EVENTS), keeping(token, EVENTS),
                gateway.request(EVENTS).header("Authorization", "bearer " + token))) {
            try (EventStream stream = EventStream.open(request)) {
                assertEquals("3000", stream.next().retry());
            }
        }
    }

    @Test
    void aGoodTokenOpensASocketByHeaderAndByCookie() throws Exception {
        socket(Map.of("Authorization", "Bearer " + ISSUER.token("bob"))).close();
        socket(Map.of("Cookie", COOKIE + ISSUER.token("bob"))).close();
    }

    @Test
    void aStreamIsNeitherCachedNorBuffered() {
        try (EventStream stream = gateway.events("", ISSUER.token("grace"))) {
            var headers = stream.response().headers();
            assertEquals("text/event-stream", headers.firstValue("Content-Type").orElse(""));
            assertEquals("no-cache, no-transform", headers.firstValue("Cache-Control").orElse(""));
            assertEquals("no", headers.firstValue("X-Accel-Buffering").orElse(""));
        }
    }

    @Test
    void aHeadOpensNoStream() {
        HttpResponse<String> response = gateway.send(bearing(ISSUER.token("grace"), EVENTS)
                .method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, response.statusCode());
    }

    @Test
    void theHeaderWinsOverTheCookie() {
        HttpResponse<String> answer = gateway.send(keeping(ISSUER.token("alice"), SESSION)
                .header("Authorization", "Bearer " + ISSUER.token("bob")));
        assertEquals("bob", Gateway.json(answer).getString("user"));
    }

    @Test
    void aStaleCookieBreaksNeitherThePageNorSigningIn() {
        String stale = ISSUER.token("alice", Duration.ofHours(-1));
        assertEquals(200, gateway.send(keeping(stale, "")).statusCode());
        assertEquals(200, gateway.send(keeping(stale, "api/metrics")).statusCode());
        assertEquals(200, gateway.send(signingIn("alice", stale)).statusCode());
    }

    // Foreign pages

    @Test
    void aForeignPageCanNeitherChangeAnythingNorOpenASocketWithTheCookie() throws Exception {
        String token = ISSUER.token("bob");
        for (var origin : List.of("https://evil.example", "null", "http://127.0.0.1.evil.example")) {
            isAnswered(403, "origin-refused", keeping(token, SESSION).header("Origin", origin).DELETE());
            isAnswered(403, "origin-refused", telemetry(token).header("Origin", origin));
            isAnswered(403, "origin-refused", keeping(token, "api/image-gen/requests").header("Origin", origin)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"prompt\":\"x\",\"width\":64,\"height\":64}")));
            isRefusedTheSocket(403, Map.of("Cookie", COOKIE + token, "Origin", origin));
        }
        socket(Map.of("Cookie", COOKIE + token, "Origin", ourOrigin())).close();
        assertEquals(204, gateway.send(telemetry(token).header("Origin", ourOrigin())).statusCode());
    }

    @Test
    void aPageOfAConfiguredOriginIsAskedAboutFirstAndMayReadEvenARefusal() {
        HttpResponse<String> preflight = gateway.send(gateway.request("api/image-gen/requests")
                .header("Origin", "https://app.example").header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,idempotency-key")
                .method("OPTIONS", BodyPublishers.noBody()));
        assertEquals(204, preflight.statusCode());
        assertEquals(Optional.of("authorization,idempotency-key"),
                preflight.headers().firstValue("Access-Control-Allow-Headers"));
        HttpResponse<String> refused = isAnswered(401, "token-missing",
                gateway.request("api/image-gen/events").header("Origin", "https://app.example"));
        assertEquals(Optional.of("https://app.example"),
                refused.headers().firstValue("Access-Control-Allow-Origin"));
    }

    private HttpRequest.Builder telemetry(String token) {
        return keeping(token, "api/image-gen/telemetry").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"transports\":[]}"));
    }

    // Sessions

    @Test
    void aSessionBeginsLastsAndEnds() {
        String token = ISSUER.token("alice");
        HttpResponse<String> begun = gateway.send(bearing(token, SESSION).POST(BodyPublishers.noBody()));
        assertEquals(200, begun.statusCode(), begun::body);
        assertEquals("alice", Gateway.json(begun).getString("user"));
        String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.startsWith(COOKIE + token), cookie);
        assertTrue(Stream.of("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=").allMatch(cookie::contains), cookie);
        assertFalse(cookie.contains("Secure"), "over plain HTTP the browser would not keep it");
        assertEquals("alice", Gateway.json(gateway.send(keeping(token, SESSION))).getString("user"));

        HttpResponse<String> ended = gateway.send(keeping(token, SESSION).header("Origin", ourOrigin()).DELETE());
        assertEquals(204, ended.statusCode());
        assertTrue(ended.headers().firstValue("Set-Cookie").orElseThrow().contains("Max-Age=0"));

        HttpResponse<String> behindTls = gateway.send(bearing(token, SESSION).POST(BodyPublishers.noBody())
                .header("Origin", ourOrigin().replace("http:", "https:")));
        String prefix = gateway.at("").getPath().equals("/") ? "__Host-" : "__Secure-";
        String secure = behindTls.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(secure.startsWith(prefix + COOKIE + token) && secure.contains("Secure;"), secure);
        HttpResponse<String> both = gateway.send(gateway.request(SESSION).DELETE().header("Origin", ourOrigin())
                .header("Cookie", COOKIE + token + "; " + prefix + COOKIE + token));
        assertEquals(2, both.headers().allValues("Set-Cookie").size());
    }

    @Test
    void aCookieAloneBeginsNoSession() {
        isAnswered(401, "token-missing", keeping(ISSUER.token("alice"), SESSION).header("Origin", ourOrigin())
                .POST(BodyPublishers.noBody()));
    }

    @Test
    void aStreamEndsWithItsToken() {
        try (EventStream stream = gateway.events("", ISSUER.token("carol", Duration.ofSeconds(3)))) {
            assertEquals("expiring", stream.next("session").json().getString("state"));
            assertEquals("expired", stream.next("session").json().getString("state"));
            stream.next("end");
        }
    }

    @Test
    void aFreshTokenKeepsTheStreamsOfItsSessionOpen() {
        String old = ISSUER.token("dave", Duration.ofSeconds(20));
        try (EventStream stream = EventStream.open(keeping(old, EVENTS))) {
            assertEquals(200, gateway.send(signingIn("dave", old)).statusCode());
            stream.next(event -> event.kind().equals("session") && event.json().getString("state").equals("renewed"));
        }
    }

    @Test
    void signingOutEndsTheStreamsOfTheSession() {
        String token = ISSUER.token("erin");
        try (EventStream stream = EventStream.open(keeping(token, EVENTS))) {
            var signOut = keeping(token, SESSION).header("Origin", ourOrigin()).DELETE();
            assertEquals(204, gateway.send(signOut).statusCode());
            assertEquals("expired", stream.next("session").json().getString("state"));
            stream.next("end");
        }
    }

    @Test
    void fortyForgedSignOutsKeepNobodyFromSigningOut() {
        String old = ISSUER.token("heidi");
        try (EventStream stream = EventStream.open(keeping(old, EVENTS))) {
            HttpResponse<String> renewal = gateway.send(signingIn("heidi", old));
            String cookie = renewal.headers().firstValue("Set-Cookie").orElseThrow().split("[=;]")[1];
            Issuer stranger = new Issuer();
            for (int i = 0; i < 40; i++) {
                assertEquals(204, gateway.send(keeping(stranger.token("heidi"), SESSION)
                        .header("Origin", ourOrigin()).DELETE()).statusCode());
            }
            gateway.send(keeping(cookie, SESSION).header("Origin", ourOrigin()).DELETE());
            stream.next(event -> event.kind().equals("session") && event.json().getString("state").equals("expired"));
            stream.next("end");
            isAnswered(401, "token-expired", keeping(cookie, EVENTS));
        }
    }

    @Test
    void aPollThatWaitsEndsWhenItsSessionIsSignedOut() {
        String token = ISSUER.token("ivan");
        var poll = Gateway.HTTP.sendAsync(keeping(token, UPDATES + "?wait=30").build(), BodyHandlers.ofString());
        Eventually.holds(() -> gateway.openStreams("polling") == 1);
        gateway.send(keeping(token, SESSION).header("Origin", ourOrigin()).DELETE());
        assertEquals("token-expired", Gateway.problem(poll.join()));
    }

    @Test
    void ofTwoCookiesNeitherIsBelieved() {
        isAnswered(401, "token-invalid", gateway.request(TRANSPORT).header("Cookie",
                COOKIE + ISSUER.token("alice") + "; " + COOKIE + ISSUER.token("mallory")));
    }

    @Test
    void oneStreamTooManyIsRefusedAndTheOthersStay() {
        String token = ISSUER.token("frank");
        try (EventStream first = gateway.events("", token);
                EventStream second = gateway.events("", token);
                EventStream third = gateway.events("", token)) {
            HttpResponse<String> refused = isAnswered(429, "too-many-streams", bearing(token, EVENTS));
            assertTrue(refused.headers().firstValue("Retry-After").isPresent());
            List.of(first, second, third).forEach(stream -> assertEquals("3000", stream.next().retry()));
        }
    }

    // The flag

    @Test
    void whatIsSwitchedOffNamesWhatToUse() {
        isAnswered(409, "transport-switched-off", bearing(ISSUER.token("bob"), EVENTS));
        isRefusedTheSocket(409, Map.of("Authorization", "Bearer " + ISSUER.token("alice")));
        assertEquals("sse", transportOf("alice"));
        assertEquals("websocket", transportOf("bob"));
    }

    private String transportOf(String user) {
        return Gateway.json(gateway.get(TRANSPORT, ISSUER.token(user))).getString("transport");
    }

    // Problems

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", "api/nowhere", "api/image-gen/nowhere", "problem"})
    void anUnknownPathIsAProblemDocument(String path) {
        isAnswered(404, "not-found", gateway.request(path));
        isAnswered(404, "not-found", bearing(ISSUER.token("alice"), path));
    }

    @Test
    void everyOtherErrorIsAProblemDocumentToo() {
        String token = ISSUER.token("alice");
        isAnswered(405, "method-not-allowed", bearing(token, TRANSPORT).DELETE());
        isAnswered(405, "method-not-allowed", bearing(token, EVENTS).PUT(BodyPublishers.ofString("x")));
        isAnswered(406, "not-acceptable", bearing(token, TRANSPORT).header("Accept", "image/png"));
        isAnswered(415, "unsupported-media-type", posting("text/xml", "<a/>"));
        isAnswered(400, "invalid-body", posting("application/json", "{"));
        isAnswered(413, "body-too-large", posting("application/json", " ".repeat(5000)));
    }

    private HttpRequest.Builder posting(String type, String body) {
        return bearing(ISSUER.token("alice"), "api/image-gen/telemetry").header("Content-Type", type)
                .POST(BodyPublishers.ofString(body));
    }

    @Test
    void whatWasRefusedIsCounted() {
        isAnswered(401, "token-missing", gateway.request(EVENTS));
        assertTrue(gateway.send(gateway.request("api/metrics")).body()
                .contains("image_gen_refused_total{problem=\"token-missing\"}"));
    }
}

package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The real WAR in the real server, with real tokens: who gets in, who is told what, and for how long. */
@ArquillianTest
@RunAsClient
class AccessIT {

    private static final Issuer ISSUER = issuer();
    private static final String EVENTS = "api/image-gen/events";
    private static final String SESSION = "api/image-gen/session";

    @ArquillianResource
    private URI base;

    private final HttpClient client = HttpClient.newHttpClient();

    /**
     * Some get Server-Sent Events, bob and all others WebSocket; no backend is there. Each test opens its streams as
     * somebody else, because three are allowed and a server does not see at once that a client has gone.
     */
    @Deployment(testable = false)
    static WebArchive gateway() throws IOException {
        var config = new Properties();
        config.setProperty("mp.jwt.verify.publickey", ISSUER.publicKeyPem());
        config.setProperty("mp.jwt.verify.issuer", Issuer.NAME);
        config.setProperty("image-gen.backend.url", "http://127.0.0.1:1");
        config.setProperty("image-gen.transport", "rollout");
        config.setProperty("image-gen.rollout.users", "alice,carol,dave,erin,frank");
        config.setProperty("image-gen.limits.streams-per-user", "3");
        var text = new StringWriter();
        config.store(text, null);
        return ShrinkWrap.createFromZipFile(WebArchive.class, new File(System.getProperty("image-gen.war")))
                .addAsResource(new StringAsset(text.toString()), "META-INF/microprofile-config.properties");
    }

    private static Issuer issuer() {
        try {
            return new Issuer();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String good(String user) throws GeneralSecurityException {
        return ISSUER.token(user, Duration.ofHours(1));
    }

    // Requests

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(10));
    }

    private HttpRequest.Builder bearing(String token, String path) {
        return to(path).header("Authorization", "Bearer " + token);
    }

    private HttpRequest.Builder cookie(String token, String path) {
        return to(path).header("Cookie", "theme=dark; " + SessionCookie.NAME + "=" + token);
    }

    private static HttpRequest post(HttpRequest.Builder request) {
        return request.POST(HttpRequest.BodyPublishers.noBody()).build();
    }

    private String ourOrigin() {
        return "http://" + base.getAuthority();
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    private void isAnswered(int status, String problem, HttpRequest request) throws IOException, InterruptedException {
        isProblem(status, problem, send(request));
    }

    private static void isProblem(int status, String name, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response::body);
        assertEquals("application/problem+json", response.headers().firstValue("Content-Type").orElseThrow());
        try (var reader = Json.createReader(new StringReader(response.body()))) {
            var problem = reader.readObject();
            assertEquals("urn:problem-type:image-gen:" + name, problem.getString("type"));
            assertEquals(status, problem.getInt("status"));
        }
        assertEquals(status == 401, response.headers().firstValue("WWW-Authenticate").isPresent());
        assertFalse(response.body().contains("\tat "), "no stack trace");
    }

    /** An open event stream, read line by line. */
    private record Events(HttpResponse<InputStream> response, BufferedReader lines) implements AutoCloseable {

        String untilLineWith(String part) throws IOException {
            String line;
            do {
                line = lines.readLine();
            } while (line != null && !line.contains(part));
            assertTrue(line != null, "ended before " + part);
            return line;
        }

        boolean ends() throws IOException {
            while (lines.readLine() != null) {
                // What comes before the end does not matter.
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    private Events open(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = client.send(request.build(), BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        assertTrue(response.headers().firstValue("Content-Type").orElseThrow().startsWith("text/event-stream"));
        return new Events(response,
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    }

    private WebSocket socket(String header, String value, String... more) {
        var builder = client.newWebSocketBuilder().header(header, value);
        for (int i = 0; i < more.length; i += 2) {
            builder.header(more[i], more[i + 1]);
        }
        var address = URI.create("ws://" + base.getAuthority() + base.getPath() + "ws/image-gen");
        return builder.buildAsync(address, new WebSocket.Listener() { }).join();
    }

    private void isRefusedTheSocket(int status, String problem, String header, String value, String... more) {
        var cause = assertThrows(CompletionException.class, () -> socket(header, value, more)).getCause();
        assertEquals(status, ((WebSocketHandshakeException) cause).getResponse().statusCode(), problem);
    }

    private record Wrong(String what, String token, int status, String problem) {
    }

    private static List<Wrong> wrongTokens() throws GeneralSecurityException {
        return List.of(
                new Wrong("expired", ISSUER.token("bob", Duration.ofHours(-1)), 401, "token-expired"),
                new Wrong("wrong issuer", ISSUER.tokenInTheNameOf("https://evil.example", "bob"), 401,
                        "token-invalid"),
                new Wrong("wrong key", issuer().token("bob", Duration.ofHours(1)), 401, "token-invalid"),
                new Wrong("tampered", ISSUER.tampered("bob", "alice"), 401, "token-invalid"),
                new Wrong("without end", ISSUER.tokenWithoutEnd("bob"), 401, "token-invalid"),
                new Wrong("no token at all", "abc", 401, "token-invalid"),
                new Wrong("wrong group", ISSUER.tokenOfGroup("bob", "guest"), 403, "forbidden"));
    }

    // Who gets in

    @Test
    void withoutATokenNobodyGetsIn() throws Exception {
        for (var path : List.of(EVENTS, "api/image-gen/updates", "api/image-gen/transport", SESSION)) {
            isAnswered(401, "token-missing", to(path).build());
        }
        isRefusedTheSocket(401, "token-missing", "X-Nothing", "at all");
    }

    @Test
    void aWrongTokenGetsNobodyInHoweverItComes() throws Exception {
        for (var wrong : wrongTokens()) {
            for (var path : List.of(EVENTS, "api/image-gen/updates", "api/image-gen/transport")) {
                isAnswered(wrong.status, wrong.problem, bearing(wrong.token, path).build());
                isAnswered(wrong.status, wrong.problem, cookie(wrong.token, path).build());
            }
            isAnswered(wrong.status, wrong.problem, post(bearing(wrong.token, SESSION)));
            isRefusedTheSocket(wrong.status, wrong.problem, "Authorization", "Bearer " + wrong.token);
            isRefusedTheSocket(wrong.status, wrong.problem, "Cookie", SessionCookie.NAME + "=" + wrong.token);
        }
    }

    @Test
    void aGoodTokenGetsItsUserInByHeaderAndByCookie() throws Exception {
        var token = good("alice");
        open(bearing(token, EVENTS)).close();
        open(cookie(token, EVENTS)).close();
        open(to(EVENTS).header("Authorization", "bearer " + token)).close();
        socket("Authorization", "Bearer " + good("bob")).abort();
        socket("Cookie", SessionCookie.NAME + "=" + good("bob")).abort();
    }

    @Test
    void theHeaderWinsOverTheCookie() throws Exception {
        var answer = send(cookie(good("alice"), SESSION).header("Authorization", "Bearer " + good("bob")).build());
        assertTrue(answer.body().contains("\"bob\""));
    }

    @Test
    void aStaleCookieBreaksNeitherThePageNorSigningIn() throws Exception {
        var stale = ISSUER.token("alice", Duration.ofHours(-1));
        assertFalse(List.of(401, 403).contains(send(cookie(stale, "index.html").build()).statusCode()));
        assertEquals(200, send(cookie(stale, "api/metrics").build()).statusCode());
        var signIn = cookie(stale, SESSION).header("Authorization", "Bearer " + good("alice"));
        assertEquals(200, send(post(signIn)).statusCode());
    }

    // Foreign pages

    @Test
    void aForeignPageCanNeitherChangeAnythingNorOpenASocketWithTheCookie() throws Exception {
        var token = good("bob");
        for (var origin : List.of("https://evil.example", "null", "http://" + base.getHost() + ".evil.example")) {
            isAnswered(403, "origin-refused", cookie(token, SESSION).header("Origin", origin).DELETE().build());
            isAnswered(403, "origin-refused", cookie(token, "api/image-gen/telemetry")
                    .header("Content-Type", "application/json").header("Origin", origin)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"transports\":[]}")).build());
            isRefusedTheSocket(403, "origin-refused", "Cookie", SessionCookie.NAME + "=" + token, "Origin", origin);
        }
        socket("Cookie", SessionCookie.NAME + "=" + token, "Origin", ourOrigin()).abort();
        assertEquals(204, send(cookie(token, "api/image-gen/telemetry").header("Content-Type", "application/json")
                .header("Origin", ourOrigin()).POST(HttpRequest.BodyPublishers.ofString("{\"transports\":[]}"))
                .build()).statusCode());
    }

    // Sessions

    @Test
    void aSessionBeginsLastsAndEnds() throws Exception {
        var token = good("alice");
        var begun = send(post(bearing(token, SESSION)));
        assertEquals(200, begun.statusCode());
        var cookie = begun.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.startsWith(SessionCookie.NAME + "=" + token));
        assertTrue(Stream.of("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=").allMatch(cookie::contains), cookie);
        assertFalse(cookie.contains("Secure"), "over plain HTTP the browser would not keep it");
        assertTrue(send(cookie(token, SESSION).build()).body().contains("\"user\":\"alice\""));

        var ended = send(cookie(token, SESSION).header("Origin", ourOrigin()).DELETE().build());
        assertEquals(204, ended.statusCode());
        assertTrue(ended.headers().firstValue("Set-Cookie").orElseThrow().contains("Max-Age=0"));
    }

    @Test
    void aCookieAloneBeginsNoSession() throws Exception {
        isAnswered(401, "token-missing", post(cookie(good("alice"), SESSION).header("Origin", ourOrigin())));
    }

    @Test
    void aStreamEndsWithItsToken() throws Exception {
        try (var events = open(bearing(ISSUER.token("carol", Duration.ofSeconds(3)), EVENTS))) {
            events.untilLineWith("\"expired\"");
            assertTrue(events.ends());
        }
    }

    @Test
    void aFreshTokenKeepsTheStreamsOfItsSessionOpen() throws Exception {
        var old = ISSUER.token("dave", Duration.ofSeconds(20));
        try (var events = open(cookie(old, EVENTS))) {
            assertEquals(200, send(post(cookie(old, SESSION).header("Authorization", "Bearer " + good("dave"))))
                    .statusCode());
            events.untilLineWith("\"renewed\"");
        }
    }

    @Test
    void signingOutEndsTheStreamsOfTheSession() throws Exception {
        var token = good("erin");
        try (var events = open(cookie(token, EVENTS))) {
            assertEquals(204, send(cookie(token, SESSION).header("Origin", ourOrigin()).DELETE().build())
                    .statusCode());
            events.untilLineWith("\"expired\"");
            assertTrue(events.ends());
        }
    }

    @Test
    void oneStreamTooManyIsRefusedAndTheOthersStay() throws Exception {
        var token = good("frank");
        var open = new ArrayList<Events>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(open(bearing(token, EVENTS)));
            }
            var refused = send(bearing(token, EVENTS).build());
            isProblem(429, "too-many-streams", refused);
            assertTrue(refused.headers().firstValue("Retry-After").isPresent());
            for (var events : open) {
                events.untilLineWith("retry:");
            }
        } finally {
            for (var events : open) {
                events.close();
            }
        }
    }

    // The flag

    @Test
    void whatIsSwitchedOffNamesWhatToUse() throws Exception {
        isAnswered(409, "transport-switched-off", bearing(good("bob"), EVENTS).build());
        isRefusedTheSocket(409, "transport-switched-off", "Authorization", "Bearer " + good("alice"));
        assertTrue(send(bearing(good("alice"), "api/image-gen/transport").build()).body().contains("\"sse\""));
        assertTrue(send(bearing(good("bob"), "api/image-gen/transport").build()).body().contains("\"websocket\""));
    }

    // Problems

    @Test
    void everyOtherErrorIsAProblemDocumentToo() throws Exception {
        isAnswered(404, "not-found", to("nope").build());
        isAnswered(404, "not-found", to("api/nope").build());
        isAnswered(404, "not-found", to("problem").build());
        isAnswered(405, "method-not-allowed", bearing(good("alice"), "api/image-gen/transport").DELETE().build());
        isAnswered(415, "unsupported-media-type", bearing(good("alice"), "api/image-gen/telemetry")
                .header("Content-Type", "text/xml").POST(HttpRequest.BodyPublishers.ofString("<a/>")).build());
        isAnswered(406, "not-acceptable", bearing(good("alice"), "api/image-gen/transport")
                .header("Accept", "image/png").build());
        isAnswered(400, "invalid-body", bearing(good("alice"), "api/image-gen/telemetry")
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("{")).build());
        isAnswered(413, "body-too-large", bearing(good("alice"), "api/image-gen/telemetry")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(" ".repeat(5000))).build());
    }

    @Test
    void whatWasRefusedIsCounted() throws Exception {
        isAnswered(401, "token-missing", to(EVENTS).build());
        assertTrue(send(to("api/metrics").build()).body()
                .contains("image_gen_refused_total{problem=\"token-missing\"}"));
    }
}

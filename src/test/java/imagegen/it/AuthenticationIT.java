package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ArquillianTest
@RunAsClient
class AuthenticationIT {

    private static final Issuer ISSUER = new Issuer();
    private static final String SESSION = "api/image-gen/session";

    @ArquillianResource
    private URL deployed;
    private Gateway gateway;

    @Deployment(testable = false)
    static WebArchive war() {
        return GatewayWar.named("authentication")
                .with("image-gen.backend.url", "http://127.0.0.1:9")
                .with("mp.jwt.verify.publickey", ISSUER.publicKey())
                .with("mp.jwt.verify.issuer", Issuer.NAME)
                .archive();
    }

    @BeforeEach
    void connect() {
        gateway = new Gateway(deployed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api/image-gen/events", "api/image-gen/updates", "api/image-gen/transport",
            "api/image-gen/session", "api/image-gen/requests/a", "ws/image-gen"})
    void nothingIsToldToACallerWithoutAToken(String path) {
        HttpResponse<String> response = gateway.send(gateway.request(path));
        assertEquals(401, response.statusCode());
        assertEquals("token-missing", Gateway.problem(response));
        assertTrue(response.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Bearer"));
    }

    @Test
    void anExpiredTokenIsCalledExpired() {
        refused(401, "token-expired", ISSUER.token("alice", Duration.ofMinutes(-2)));
    }

    @Test
    void aTokenOfAnotherIssuerIsRefused() {
        refused(401, "token-invalid", ISSUER.token("alice", "https://other.example", List.of("user"), Duration.ofHours(1)));
    }

    @Test
    void aTokenSignedByAnotherKeyIsRefused() {
        refused(401, "token-invalid", new Issuer().token("alice"));
    }

    @Test
    void aTamperedTokenIsRefused() {
        String[] alice = ISSUER.token("alice").split("\\.");
        String[] bob = ISSUER.token("bob").split("\\.");
        refused(401, "token-invalid", alice[0] + "." + bob[1] + "." + alice[2]);
    }

    @Test
    void garbageIsNoToken() {
        refused(401, "token-invalid", "not.a.token");
        refused(401, "token-invalid", "x");
    }

    @Test
    void aTokenWithoutTheGroupIsNotEnough() {
        refused(403, "forbidden", ISSUER.token("mallory", Issuer.NAME, List.of("guest"), Duration.ofHours(1)));
    }

    private void refused(int status, String problem, String token) {
        HttpResponse<String> response = gateway.get("api/image-gen/events", token);
        assertEquals(status, response.statusCode(), response::body);
        assertEquals(problem, Gateway.problem(response));
        assertFalse(response.body().contains(token), "the token is not echoed");
    }

    @Test
    void aTokenInTheHeaderOpensAStream() {
        try (EventStream stream = gateway.events("", ISSUER.token("alice"))) {
            assertEquals("3000", stream.next().retry());
            assertEquals("text/event-stream", stream.response().headers().firstValue("Content-Type").orElse(""));
            assertEquals("no-cache, no-transform", stream.response().headers().firstValue("Cache-Control").orElse(""));
            assertEquals("no", stream.response().headers().firstValue("X-Accel-Buffering").orElse(""));
        }
    }

    @Test
    void theSessionCookieOpensAStreamAndIsOutOfScriptsReach() {
        HttpResponse<String> session = gateway.send(
                gateway.request(SESSION, ISSUER.token("alice")).POST(BodyPublishers.noBody()));
        assertEquals(200, session.statusCode(), session::body);
        assertEquals("alice", Gateway.json(session).getString("user"));
        String cookie = session.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.contains("HttpOnly"), cookie);
        assertTrue(cookie.contains("SameSite=Strict"), cookie);
        String pair = cookie.substring(0, cookie.indexOf(';'));
        try (EventStream stream = EventStream.open(gateway.request("api/image-gen/events").header("Cookie", pair))) {
            assertEquals("3000", stream.next().retry());
        }
    }

    @Test
    void aCookieFromAnotherSiteChangesNothing() {
        String pair = "image-gen-session=" + ISSUER.token("alice");
        HttpResponse<String> foreign = gateway.send(gateway.request("api/image-gen/requests").header("Cookie", pair)
                .header("Origin", "https://evil.example").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"prompt\":\"x\",\"width\":64,\"height\":64}")));
        assertEquals(403, foreign.statusCode(), foreign::body);
        assertEquals("origin-refused", Gateway.problem(foreign));
    }

    @Test
    void aStaleCookieDoesNotKeepAnybodyFromThePageOrFromSigningIn() {
        String stale = "image-gen-session=" + ISSUER.token("alice", Duration.ofMinutes(-5));
        assertEquals(200, gateway.send(gateway.request("").header("Cookie", stale)).statusCode());
        HttpResponse<String> session = gateway.send(gateway.request(SESSION, ISSUER.token("alice"))
                .header("Cookie", stale).POST(BodyPublishers.noBody()));
        assertEquals(200, session.statusCode(), session::body);
    }

    @Test
    void anUnknownPathIsAProblemToo() {
        for (String path : List.of("nowhere", "api/nowhere", "api/image-gen/nowhere")) {
            HttpResponse<String> response = gateway.get(path, ISSUER.token("alice"));
            assertEquals(404, response.statusCode(), path);
            assertEquals("not-found", Gateway.problem(response), path);
        }
    }

    @Test
    void aMethodThatIsNotThereIsAProblemToo() {
        HttpResponse<String> response = gateway.send(gateway.request("api/image-gen/events", ISSUER.token("alice"))
                .PUT(BodyPublishers.ofString("x")));
        assertEquals(405, response.statusCode());
        assertEquals("method-not-allowed", Gateway.problem(response));
    }

    @Test
    void aHeadIsNoStream() {
        HttpResponse<String> response = gateway.send(gateway.request("api/image-gen/events", ISSUER.token("alice"))
                .method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, response.statusCode());
    }
}

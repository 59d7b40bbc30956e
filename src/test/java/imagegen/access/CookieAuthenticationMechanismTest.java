package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import imagegen.problem.Refusal;
import imagegen.telemetry.Telemetry;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookieAuthenticationMechanismTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final String EVENTS = "/api/image-gen/events";

    private final String good = token("alice", NOON.plusSeconds(60));
    private final String forged = token("mallory", NOON.plusSeconds(60));
    private final String expired = token("alice", NOON);
    private final String guest = token("guest", NOON.plusSeconds(60));

    private final FakeServer server = new FakeServer();
    private final FakeResponse response = new FakeResponse();
    private final CookieAuthenticationMechanism mechanism = new CookieAuthenticationMechanism(server,
            new Origins(Optional.of("https://other.example"), false), new TokenClock(() -> NOON, () -> 0),
            new Telemetry(), Duration.ZERO);

    @BeforeEach
    void trust() {
        server.trusts(good, "user");
        server.trusts(guest, "guest");
    }

    static String token(String subject, Instant end) {
        return token("{\"sub\":\"" + subject + "\",\"exp\":" + end.getEpochSecond() + "}");
    }

    static String token(String payload) {
        var part = Base64.getUrlEncoder().withoutPadding()
                .encodeToString(payload.getBytes(StandardCharsets.UTF_8));
        return "e30." + part + ".c2ln";
    }

    private HttpServletRequest sent;

    private AuthenticationStatus send(FakeRequest request) throws AuthenticationException {
        sent = request.request();
        return mechanism.validateRequest(sent, response.response(), server.context());
    }

    private void staysAnonymousBecause(ProblemType type, FakeRequest request) throws AuthenticationException {
        assertEquals(AuthenticationStatus.NOT_DONE, send(request));
        assertEquals(Optional.of(type.slug()), Refusal.noted(sent).map(Problem::name));
        assertTrue(server.loggedIn.isEmpty());
        assertEquals(200, response.status, "nothing is written: whoever needs a caller will");
    }

    private void isRefusedAtOnceBecause(ProblemType type, FakeRequest request) throws AuthenticationException {
        assertEquals(AuthenticationStatus.SEND_FAILURE, send(request));
        assertEquals(type.status(), response.status);
        assertEquals(Problem.MEDIA_TYPE, response.headers.get("Content-Type"));
        assertTrue(response.body().contains(type.uri()));
        assertTrue(server.loggedIn.isEmpty());
    }

    private void isLoggedIn(FakeRequest request) throws AuthenticationException {
        assertEquals(AuthenticationStatus.SUCCESS, send(request));
        assertEquals(Optional.of(good), server.loggedIn);
        assertTrue(Refusal.noted(sent).isEmpty());
    }

    // Where the token comes from

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "Bearer   "})
    void theSchemesCaseDoesNotMatter(String scheme) throws AuthenticationException {
        isLoggedIn(FakeRequest.get(EVENTS).with("Authorization", scheme + good));
    }

    @Test
    void aCookieIsAsGoodAsAHeader() throws AuthenticationException {
        isLoggedIn(FakeRequest.get(EVENTS).cookie(good));
    }

    @Test
    void theHeaderWinsOverTheCookie() throws AuthenticationException {
        staysAnonymousBecause(ProblemType.TOKEN_INVALID, FakeRequest.get(EVENTS).bearer(forged).cookie(good));
        assertEquals(List.of(forged), server.verified);
    }

    @Test
    void aPasswordForAProxyHidesNoCookie() throws AuthenticationException {
        isLoggedIn(FakeRequest.get(EVENTS).with("Authorization", "Basic eDp5").cookie(good));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/assets/page.js", "/v1/image-gen/requests", "/apiary"})
    void theCookieIsForTheGatewaysOwnPathsOnly(String path) throws AuthenticationException {
        staysAnonymousBecause(ProblemType.TOKEN_MISSING, FakeRequest.get(path).cookie(good));
        assertTrue(server.verified.isEmpty());
    }

    // What is wrong with it

    @Test
    void noTokenIsNoHarmUntilOneIsNeeded() throws AuthenticationException {
        staysAnonymousBecause(ProblemType.TOKEN_MISSING, FakeRequest.get(EVENTS));
    }

    @Test
    void aTokenThatHasEndedIsToldApartFromAWrongOne() throws AuthenticationException {
        staysAnonymousBecause(ProblemType.TOKEN_EXPIRED, FakeRequest.get(EVENTS).cookie(expired));
        staysAnonymousBecause(ProblemType.TOKEN_INVALID, FakeRequest.get(EVENTS).cookie(forged));
    }

    @Test
    void aTokenJustPastItsEndIsTheServersToJudgeWhileClocksMayDiffer() throws AuthenticationException {
        server.trusts(expired, "user");
        var lenient = new CookieAuthenticationMechanism(server, new Origins(Optional.empty(), false),
                new TokenClock(() -> NOON.plusSeconds(5), () -> 0), new Telemetry(), Duration.ofSeconds(10));
        assertEquals(AuthenticationStatus.SUCCESS, lenient.validateRequest(
                FakeRequest.get(EVENTS).cookie(expired).request(), response.response(), server.context()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"sub\":\"alice\"}", "{\"exp\":4102444800}", "{\"sub\":\"\",\"exp\":4102444800}",
        "{\"sub\":\" \",\"exp\":4102444800}", "{\"sub\":7,\"exp\":4102444800}",
        "{\"sub\":\"a\\nb\",\"exp\":4102444800}",
        "{\"sub\":\"alice\",\"exp\":\"never\"}", "[]", "", "{", "null"})
    void aTokenWithoutAUsableNameOrEndIsNeverAccepted(String payload) throws AuthenticationException {
        var odd = token(payload);
        server.trusts(odd, "user");
        staysAnonymousBecause(ProblemType.TOKEN_INVALID, FakeRequest.get(EVENTS).bearer(odd));
        assertTrue(server.verified.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "a.b", "a.b.c.d", "..", "a.%%%.c", "a.e30.c"})
    void whatIsNoTokenIsNeverAccepted(String text) throws AuthenticationException {
        server.trusts(text, "user");
        staysAnonymousBecause(ProblemType.TOKEN_INVALID, FakeRequest.get(EVENTS).bearer(text));
    }

    @Test
    void aResourceThatAsksAgainGetsTheSameAnswerWithoutAnotherLook() throws AuthenticationException {
        staysAnonymousBecause(ProblemType.TOKEN_INVALID, FakeRequest.get(EVENTS).bearer(forged));
        server.asked = true;
        assertEquals(AuthenticationStatus.NOT_DONE,
                mechanism.validateRequest(sent, response.response(), server.context()));
        assertEquals(1, server.verified.size());
        assertEquals(200, response.status);
    }

    @Test
    void aConstraintOfTheDeploymentIsKeptAsWell() throws AuthenticationException {
        server.constrained = true;
        isRefusedAtOnceBecause(ProblemType.TOKEN_EXPIRED, FakeRequest.get("/private").bearer(expired));
        assertTrue(response.headers.get("WWW-Authenticate").startsWith("Bearer"));
    }

    // Foreign pages

    @Test
    void aForeignPageCannotChangeAnythingWithTheCookie() throws AuthenticationException {
        for (var origin : List.of("https://evil.example", "null", "http://app.example.evil.example", "app.example")) {
            staysAnonymousBecause(ProblemType.ORIGIN_REFUSED,
                    FakeRequest.post("/api/image-gen/requests").cookie(good).with("Origin", origin));
        }
        staysAnonymousBecause(ProblemType.ORIGIN_REFUSED, FakeRequest.post("/api/image-gen/requests").cookie(good));
    }

    @Test
    void theGatewaysOwnPageCan() throws AuthenticationException {
        isLoggedIn(FakeRequest.post("/api/image-gen/requests").cookie(good).with("Origin", "https://app.example"));
        isLoggedIn(FakeRequest.post("/api/image-gen/requests").cookie(good).with("Sec-Fetch-Site", "same-origin"));
        isLoggedIn(FakeRequest.post("/api/image-gen/requests").cookie(good).with("Origin", "https://other.example"));
    }

    @Test
    void aHeaderIsNobodysButTheCallersOwn() throws AuthenticationException {
        isLoggedIn(FakeRequest.post("/api/image-gen/requests").bearer(good).with("Origin", "https://evil.example"));
    }

    // Handshakes

    @Test
    void aHandshakeNeedsATokenAtOnce() throws AuthenticationException {
        isRefusedAtOnceBecause(ProblemType.TOKEN_MISSING, FakeRequest.handshake());
    }

    @Test
    void aHandshakeLearnsWhatIsWrongWithItsToken() throws AuthenticationException {
        isRefusedAtOnceBecause(ProblemType.TOKEN_EXPIRED, FakeRequest.handshake().cookie(expired));
        isRefusedAtOnceBecause(ProblemType.TOKEN_INVALID, FakeRequest.handshake().bearer(forged));
    }

    @Test
    void aHandshakeNeedsTheGroup() throws AuthenticationException {
        isRefusedAtOnceBecause(ProblemType.FORBIDDEN, FakeRequest.handshake().bearer(guest));
    }

    @Test
    void aHandshakeFromAForeignPageIsRefusedWhateverItsToken() throws AuthenticationException {
        isRefusedAtOnceBecause(ProblemType.ORIGIN_REFUSED,
                FakeRequest.handshake().cookie(good).with("Origin", "https://evil.example"));
        isRefusedAtOnceBecause(ProblemType.ORIGIN_REFUSED,
                FakeRequest.handshake().bearer(good).with("Origin", "null"));
    }

    @Test
    void aHandshakeOfOurPageOrOfNoPageIsFine() throws AuthenticationException {
        isLoggedIn(FakeRequest.handshake().cookie(good).with("Origin", "http://app.example"));
        isLoggedIn(FakeRequest.handshake().bearer(good));
    }

    @Test
    void anUpgradeIsAHandshakeWhateverItsPathIsCalled() throws AuthenticationException {
        isRefusedAtOnceBecause(ProblemType.TOKEN_MISSING,
                FakeRequest.get("/elsewhere").with("Upgrade", "WebSocket"));
    }

    @Test
    void tokensAreNeverPrinted() {
        var credentials = Credentials.of(FakeRequest.get(EVENTS).bearer(good).request()).orElseThrow();
        assertFalse(credentials.toString().contains(good));
    }
}

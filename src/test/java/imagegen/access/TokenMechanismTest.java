package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import imagegen.problem.Refusal;
import imagegen.telemetry.Telemetry;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenMechanismTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final String EVENTS = "/api/image-gen/events";

    private final String good = token("alice", "user", NOON.plusSeconds(60));
    private final String expired = token("alice", "user", NOON);
    private final String guest = token("guest", "guest", NOON.plusSeconds(60));
    private final String forged = good.substring(0, good.length() - 8) + "AAAAAAAA";

    private final FakeResponse response = new FakeResponse();
    private final TokenClock clock = new TokenClock(() -> NOON, () -> 0);
    private final TokenMechanism mechanism = new TokenMechanism(
            new TokenVerifier(new TokenRules("me", Set.of(), Set.of("RS256"), Duration.ZERO, Optional.empty()),
                    new PublicKeys(new KeySource.Inline(Minter.RSA.pem()), Runnable::run, () -> 0), clock),
            new Origins(Optional.of("https://other.example"), false), new Telemetry());

    private Optional<Principal> loggedIn = Optional.empty();
    private Set<?> groups = Set.of();
    private boolean asked;
    private boolean constrained;
    private HttpServletRequest sent;

    static String token(String subject, String group, Instant end) {
        return Minter.RSA.sign("{\"alg\":\"RS256\"}", "{\"iss\":\"me\",\"sub\":\"" + subject + "\",\"groups\":[\"" + group
                + "\"],\"exp\":" + end.getEpochSecond() + "}");
    }

    private HttpMessageContext context() {
        return (HttpMessageContext) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {HttpMessageContext.class}, (proxy, called, arguments) -> switch (called.getName()) {
                    case "isProtected" -> constrained || asked;
                    case "isAuthenticationRequest" -> asked;
                    case "doNothing" -> AuthenticationStatus.NOT_DONE;
                    case "notifyContainerAboutLogin" -> {
                        loggedIn = Optional.of((Principal) arguments[0]);
                        groups = (Set<?>) arguments[1];
                        yield AuthenticationStatus.SUCCESS;
                    }
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }

    private AuthenticationStatus send(FakeRequest request) throws AuthenticationException {
        sent = request.request();
        return mechanism.validateRequest(sent, response.response(), context());
    }

    private void staysAnonymousBecause(ProblemType type, FakeRequest request) throws AuthenticationException {
        assertEquals(AuthenticationStatus.NOT_DONE, send(request));
        assertEquals(Optional.of(type.slug()), Refusal.noted(sent).map(Problem::name));
        assertTrue(loggedIn.isEmpty());
        assertEquals(200, response.status, "nothing is written: whoever needs a caller will");
    }

    private void isLoggedIn(FakeRequest request) throws AuthenticationException {
        assertEquals(AuthenticationStatus.SUCCESS, send(request));
        assertEquals("alice", loggedIn.orElseThrow().getName());
        assertEquals(Set.of("user"), groups);
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
    }

    @Test
    void ofTwoCookiesNeitherIsBelieved() throws AuthenticationException {
        var planted = token("alice", "user", NOON.plusSeconds(61));
        staysAnonymousBecause(ProblemType.TOKEN_INVALID, FakeRequest.get(EVENTS).cookie(good).cookie(planted));
        isLoggedIn(FakeRequest.get(EVENTS).cookie(planted).cookie("__Host-image-gen-session", good));
    }

    @Test
    void aPasswordForAProxyHidesNoCookie() throws AuthenticationException {
        isLoggedIn(FakeRequest.get(EVENTS).with("Authorization", "Basic eDp5").cookie(good));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/assets/page.js", "/v1/image-gen/requests", "/apiary"})
    void theCookieIsForTheGatewaysOwnPathsOnly(String path) throws AuthenticationException {
        staysAnonymousBecause(ProblemType.TOKEN_MISSING, FakeRequest.get(path).cookie(good));
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
    void aResourceThatAsksAgainGetsTheSameAnswerWithoutAnotherLook() throws AuthenticationException {
        staysAnonymousBecause(ProblemType.TOKEN_INVALID, FakeRequest.get(EVENTS).bearer(forged));
        var noted = Refusal.noted(sent).orElseThrow();
        asked = true;
        assertEquals(AuthenticationStatus.NOT_DONE,
                mechanism.validateRequest(sent, response.response(), context()));
        assertSame(noted, Refusal.noted(sent).orElseThrow());
        assertEquals(200, response.status);
    }

    @Test
    void aConstraintOfTheDeploymentIsKeptAsWell() throws AuthenticationException {
        constrained = true;
        assertEquals(AuthenticationStatus.SEND_FAILURE, send(FakeRequest.get("/private").bearer(expired)));
        assertEquals(401, response.status);
        assertEquals(Problem.MEDIA_TYPE, response.headers.get("Content-Type"));
        assertTrue(response.body().contains(ProblemType.TOKEN_EXPIRED.uri()));
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

    private Optional<ProblemType> refusal(FakeRequest handshake) throws AuthenticationException {
        loggedIn = Optional.empty();
        send(handshake);
        loggedIn.ifPresent(handshake::of);
        return HandshakeGuard.refusal(sent).map(problem -> List.of(ProblemType.values()).stream()
                .filter(problem::is).findFirst().orElseThrow());
    }

    @Test
    void aHandshakeNeedsAGoodTokenAndTheGroup() throws AuthenticationException {
        assertEquals(Optional.empty(), refusal(FakeRequest.handshake().bearer(good)));
        assertEquals(Optional.of(ProblemType.TOKEN_MISSING), refusal(FakeRequest.handshake()));
        assertEquals(Optional.of(ProblemType.TOKEN_EXPIRED), refusal(FakeRequest.handshake().cookie(expired)));
        assertEquals(Optional.of(ProblemType.TOKEN_INVALID), refusal(FakeRequest.handshake().bearer(forged)));
        assertEquals(Optional.of(ProblemType.FORBIDDEN), refusal(FakeRequest.handshake().bearer(guest)));
    }

    @Test
    void aHandshakeFromAForeignPageIsRefusedWhateverItsToken() throws AuthenticationException {
        for (var origin : List.of("https://evil.example", "null", "", " ")) {
            assertEquals(Optional.of(ProblemType.ORIGIN_REFUSED),
                    refusal(FakeRequest.handshake().cookie(good).with("Origin", origin)), origin);
            assertEquals(Optional.of(ProblemType.ORIGIN_REFUSED),
                    refusal(FakeRequest.handshake().bearer(good).with("Origin", origin)), origin);
        }
    }

    @Test
    void aHandshakeOfOurPageOrOfNoPageIsFine() throws AuthenticationException {
        isLoggedIn(FakeRequest.handshake().cookie(good).with("Origin", "http://app.example"));
        isLoggedIn(FakeRequest.handshake().bearer(good));
    }

    @Test
    void anUpgradeIsAHandshakeWhateverItsPathIsCalled() throws AuthenticationException {
        staysAnonymousBecause(ProblemType.ORIGIN_REFUSED, FakeRequest.get("/elsewhere").bearer(good)
                .with("Upgrade", "WebSocket").with("Origin", "https://evil.example"));
    }

    @Test
    void tokensAreNeverPrinted() {
        var credentials = Credentials.of(FakeRequest.get(EVENTS).bearer(good).request()).orElseThrow();
        assertFalse(credentials.toString().contains(good));
    }
}

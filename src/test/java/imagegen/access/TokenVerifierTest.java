package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.TokenVerifier.Verdict;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenVerifierTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final String ISSUER = "https://issuer.example";
    private static final KeyPair KEYS = keys();
    private static final Minter MINTER = new Minter(KEYS);
    private static final BadTokens TOKENS = new BadTokens(KEYS, ISSUER, NOON);
    private static final String ALICE = "{\"iss\":\"" + ISSUER + "\",\"sub\":\"alice\",\"aud\":\"image-gen\",\"exp\":"
            + (NOON.getEpochSecond() + 60) + ",\"iat\":" + (NOON.getEpochSecond() - 60) + "}";

    private static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private Instant now = NOON;
    private long nanos;
    private final ChangingKeys source = new ChangingKeys(MINTER.pem());
    private TokenVerifier verifier = verifier(Duration.ZERO, Optional.empty(), "RS256");

    private TokenVerifier verifier(Duration skew, Optional<Duration> age, String... algorithms) {
        var rules = new TokenRules(ISSUER, Set.of(BadTokens.AUDIENCE), Set.of(algorithms), skew, age);
        return new TokenVerifier(rules, new PublicKeys(source, Runnable::run, () -> nanos),
                new TokenClock(() -> now, () -> nanos));
    }

    private VerifiedToken accepted(String token) {
        return verifier.verify(token) instanceof Verdict.Good good ? good.token() : refusedAs(token, "accepted");
    }

    private static VerifiedToken refusedAs(String token, String expected) {
        throw new AssertionError("not " + expected + ": " + token);
    }

    private String problem(String token) {
        return verifier.verify(token) instanceof Verdict.Bad bad ? bad.problem().name() : "accepted";
    }

    private void passes(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    static List<BadTokens.Bad> bad() {
        return TOKENS.all();
    }

    static List<BadTokens.Good> odd() {
        return TOKENS.odd();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadTokenGetsNobodyIn(BadTokens.Bad bad) {
        assertEquals(bad.problem(), problem(bad.token()));
        accepted(TOKENS.good());
        assertEquals(bad.problem(), problem(bad.token()), "nor after a good one");
    }

    @ParameterizedTest
    @MethodSource("odd")
    void anOddTokenIsAsGoodAsAnyOther(BadTokens.Good odd) {
        assertEquals("bob", accepted(odd.token()).getSubject());
    }

    // The principal

    @Test
    void theTokensClaimsHaveTheTypesOfMicroProfile() {
        var token = accepted(MINTER.sign("{\"alg\":\"RS256\"}", ALICE.replace("}",
                ",\"groups\":[\"user\",7],\"upn\":\"Alice\",\"level\":3,\"roles\":{\"a\":1}}")));
        assertEquals("Alice", token.getName());
        assertEquals("alice", token.getSubject());
        assertEquals(Set.of("user"), token.getGroups());
        assertEquals(Set.of("image-gen"), token.getAudience());
        assertEquals(ISSUER, token.getIssuer());
        assertEquals(NOON.getEpochSecond() + 60, token.getExpirationTime());
        assertEquals(NOON.getEpochSecond() - 60, token.getIssuedAtTime());
        assertEquals("3", token.getClaim("level").toString());
        assertEquals("{\"a\":1}", token.getClaim("roles").toString());
        assertTrue(token.containsClaim("level"));
        assertEquals((Object) null, token.getClaim("nothing"));
        assertEquals("Alice", token.toString());
    }

    // Algorithms and keys

    @Test
    void anEllipticCurveIsAsGood() {
        source.text = Minter.EC.pem();
        verifier = verifier(Duration.ZERO, Optional.empty(), "ES256");
        accepted(Minter.EC.sign("{\"alg\":\"ES256\"}", ALICE));
        assertEquals("token-invalid", problem(MINTER.sign("{\"alg\":\"RS256\"}", ALICE)));
    }

    @Test
    void aSetMayHoldKeysOfBothKinds() {
        source.text = Minter.jwks(MINTER.jwk("\"kid\":\"r\""), Minter.EC.jwk("\"kid\":\"e\""),
                "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}", "{\"kty\":\"future\"}");
        verifier = verifier(Duration.ZERO, Optional.empty(), "RS256", "ES256");
        accepted(MINTER.sign("{\"alg\":\"RS256\",\"kid\":\"r\"}", ALICE));
        accepted(Minter.EC.sign("{\"alg\":\"ES256\",\"kid\":\"e\"}", ALICE));
        accepted(MINTER.sign("{\"alg\":\"RS256\"}", ALICE));
        assertEquals("token-invalid", problem(MINTER.sign("{\"alg\":\"RS256\",\"kid\":\"e\"}", ALICE)));
        assertEquals("token-invalid", problem(MINTER.sign("{\"alg\":\"RS256\",\"kid\":\"x\"}", ALICE)));
    }

    @Test
    void aTokenWithoutAKeysNameIsTriedWithEachThatFits() {
        source.text = Minter.jwks(Minter.RSA.jwk("\"kid\":\"1\""), MINTER.jwk("\"kid\":\"2\""));
        accepted(MINTER.sign("{\"alg\":\"RS256\"}", ALICE));
    }

    @Test
    void aKeyForEncryptionOrForAnotherAlgorithmVerifiesNothing() {
        source.text = Minter.jwks(MINTER.jwk("\"use\":\"enc\""), Minter.RSA.jwk(""), MINTER.jwk("\"alg\":\"RS512\""));
        assertEquals("token-invalid", problem(MINTER.sign("{\"alg\":\"RS256\"}", ALICE)));
    }

    @Test
    void aNewKeyIsFoundWhenATokenNamesIt() {
        source.text = Minter.jwks(Minter.RSA.jwk("\"kid\":\"old\""));
        accepted(Minter.RSA.sign("{\"alg\":\"RS256\",\"kid\":\"old\"}", ALICE));
        source.text = Minter.jwks(MINTER.jwk("\"kid\":\"new\""));
        passes(PublicKeys.PAUSE);
        accepted(MINTER.sign("{\"alg\":\"RS256\",\"kid\":\"new\"}", ALICE));
    }

    @Test
    void whatWasVerifiedWithAKeyThatIsGoneCountsNoLonger() {
        var old = Minter.RSA.sign("{\"alg\":\"RS256\",\"kid\":\"old\"}",
                ALICE.replaceFirst("\"exp\":\\d+", "\"exp\":4102444800"));
        source.text = Minter.jwks(Minter.RSA.jwk("\"kid\":\"old\""));
        accepted(old);
        source.text = Minter.jwks(MINTER.jwk("\"kid\":\"new\""));
        passes(PublicKeys.FRESH);
        assertEquals("token-invalid", problem(old));
    }

    @Test
    void whileNoKeyCanBeReadNobodyIsToldThatTheirTokenIsWrong() {
        source.text = "";
        assertEquals("keys-unavailable", problem(TOKENS.good()));
        source.text = MINTER.pem();
        passes(PublicKeys.PAUSE);
        accepted(TOKENS.good());
    }

    // Time

    @Test
    void clocksMayDifferBySoMuch() {
        verifier = verifier(Duration.ofSeconds(10), Optional.empty(), "RS256");
        var token = MINTER.sign("{\"alg\":\"RS256\"}", ALICE.replace("}",
                ",\"nbf\":" + (NOON.getEpochSecond() + 9) + "}"));
        accepted(token);
        passes(Duration.ofSeconds(69));
        accepted(token);
        passes(Duration.ofSeconds(1));
        assertEquals("token-expired", problem(token));
    }

    @Test
    void aTokenMayBeTooOldBeforeItsEnd() {
        verifier = verifier(Duration.ZERO, Optional.of(Duration.ofSeconds(90)), "RS256");
        var token = MINTER.sign("{\"alg\":\"RS256\"}", ALICE);
        accepted(token);
        passes(Duration.ofSeconds(29));
        accepted(token);
        passes(Duration.ofSeconds(1));
        assertEquals("token-expired", problem(token));
        assertEquals("token-invalid", problem(MINTER.sign("{\"alg\":\"RS256\"}",
                ALICE.replaceFirst(",\"iat\":\\d+", ""))), "of an age that nobody knows");
    }

    // What was verified before

    @Test
    void theSecondTimeCostsNoSignatureCheck() {
        var token = TOKENS.good();
        assertSame(accepted(token), accepted(new String(token)));
    }

    @Test
    void whatWasVerifiedStillEnds() {
        var token = TOKENS.good();
        accepted(token);
        passes(Duration.ofSeconds(600));
        assertEquals("token-expired", problem(token));
    }

    @Test
    void aForgedTokenGainsNothingFromAGoodOne() {
        var good = TOKENS.good();
        accepted(good);
        for (int at = 0; at < good.length(); at += 7) {
            var other = good.charAt(at) == 'A' ? 'B' : 'A';
            assertEquals("token-invalid", problem(good.substring(0, at) + other + good.substring(at + 1)));
        }
        assertSame(accepted(good), accepted(good));
    }

    @Test
    void whatIsForgottenIsVerifiedAnew() {
        var token = TOKENS.good();
        var before = accepted(token);
        verifier.forget(token);
        assertNotSame(before, accepted(token));
    }

    @Test
    void aFloodOfTokensIsNotKept() {
        var kept = new VerifiedTokens(3, 1000);
        var keys = Keys.parse(MINTER.pem());
        var claims = Claims.of(TOKENS.good()).orElseThrow();
        for (int i = 0; i < 5; i++) {
            kept.add(new VerifiedToken("token " + i, "digest " + i, claims), keys);
            kept.find("digest 0", keys);
        }
        assertEquals(3, kept.size());
        assertTrue(kept.find("digest 0", keys).isPresent(), "what is used stays");
        assertTrue(kept.find("digest 1", keys).isEmpty());
        kept.add(new VerifiedToken("x".repeat(995), "large", claims), keys);
        assertEquals(1, kept.size());
    }

    /** Keys that the test exchanges. */
    static final class ChangingKeys implements KeySource {

        volatile String text;
        int readings;

        ChangingKeys(String text) {
            this.text = text;
        }

        @Override
        public String read() {
            readings++;
            return text;
        }
    }

    @Test
    void aFloodOfMadeUpKeysAsksTheIssuerOnceInAWhile() {
        source.text = Minter.jwks(MINTER.jwk("\"kid\":\"1\""));
        passes(PublicKeys.PAUSE);
        for (int i = 0; i < 100; i++) {
            assertEquals("token-invalid", problem(MINTER.sign("{\"alg\":\"RS256\",\"kid\":\"" + i + "0\"}", ALICE)));
            passes(Duration.ofMillis(200));
        }
        assertTrue(source.readings <= 1 + 20 / TimeUnit.NANOSECONDS.toSeconds(PublicKeys.PAUSE.toNanos()) + 1,
                () -> source.readings + " readings in 20 s");
    }
}

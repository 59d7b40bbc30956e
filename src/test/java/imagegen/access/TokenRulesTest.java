package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator may write about tokens, and what is said at start of what they may not. */
class TokenRulesTest {

    @TempDir
    private Path folder;

    private final Map<String, String> values = new HashMap<>(Map.of(
            TokenRules.ISSUER, "me", KeySource.INLINE, Minter.RSA.pem()));

    private Config config() {
        return (Config) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Config.class},
                (proxy, called, arguments) -> Optional.ofNullable(values.get((String) arguments[0])));
    }

    private void isFine() {
        assertDoesNotThrow(() -> VerificationCheck.check(config()));
    }

    private void isRefusedNaming(String... words) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> VerificationCheck.check(config()));
        for (var word : words) {
            assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
        }
    }

    private void isAt(String location) {
        values.remove(KeySource.INLINE);
        values.put(KeySource.LOCATION, location);
    }

    @Test
    void withoutAnythingElseOnlyRs256IsTakenAtTheMinute() {
        assertEquals(new TokenRules("me", Set.of(), Set.of("RS256"), Duration.ZERO, Optional.empty()),
                TokenRules.of(config()));
    }

    @Test
    void everythingCanBeSaid() {
        values.putAll(Map.of(TokenRules.AUDIENCES, "a, b", TokenRules.ALGORITHM, "RS256,ES256", TokenRules.SKEW, "10",
                TokenRules.AGE, " 600 "));
        assertEquals(new TokenRules("me", Set.of("a", "b"), Set.of("RS256", "ES256"), Duration.ofSeconds(10),
                Optional.of(Duration.ofMinutes(10))), TokenRules.of(config()));
    }

    @Test
    void somebodyMustBeTrusted() {
        values.put(TokenRules.ISSUER, " ");
        isRefusedNaming(TokenRules.ISSUER);
    }

    @Test
    void thereMustBeOneKeyOrOnePlaceOfIt() {
        values.put(KeySource.LOCATION, "file:/keys");
        isRefusedNaming(KeySource.INLINE, KeySource.LOCATION);
        values.remove(KeySource.INLINE);
        values.remove(KeySource.LOCATION);
        isRefusedNaming(KeySource.INLINE, KeySource.LOCATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "RS256,none", "rs256", "RSA"})
    void onlyAlgorithmsOfPublicKeysMayBeNamed(String algorithm) {
        values.put(TokenRules.ALGORITHM, algorithm);
        isRefusedNaming(TokenRules.ALGORITHM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "PT5S", "1.5", "99999999999"})
    void secondsAreSeconds(String seconds) {
        values.put(TokenRules.SKEW, seconds);
        isRefusedNaming(TokenRules.SKEW, seconds);
    }

    @Test
    void theKeyMustFitTheAlgorithm() {
        values.put(TokenRules.ALGORITHM, "ES256");
        isRefusedNaming(KeySource.INLINE, TokenRules.ALGORITHM);
        values.put(KeySource.INLINE, Minter.EC.pem());
        isFine();
    }

    @Test
    void aKeyCanBeWrittenInManyWays() {
        var jwk = Minter.RSA.jwk("\"kid\":\"1\"");
        for (var text : new String[] {Minter.RSA.pem(), "\n" + Minter.RSA.pem().replace("\n", "\r\n"), jwk,
            Minter.jwks(jwk), Minter.base64(jwk), Base64.getEncoder().encodeToString(Minter.jwks(jwk).getBytes(
                StandardCharsets.UTF_8)), Base64.getEncoder().encodeToString(Minter.RSA.publicBytes())}) {
            values.put(KeySource.INLINE, text);
            isFine();
        }
    }

    @Test
    void whatIsNoPublicKeyIsRefusedAndNotRepeated() {
        var weak = Minter.rsa(1024);
        for (var text : new String[] {"x", "{}", "{\"keys\":[]}", "[", "{\"keys\":", Minter.RSA.privatePem(), weak.pem(),
            weak.jwk(""), "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}", Minter.RSA.jwk("\"use\":\"enc\""),
            "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----"}) {
            values.put(KeySource.INLINE, text);
            isRefusedNaming(KeySource.INLINE);
        }
    }

    @Test
    void theKeyMayBeInAFile() throws IOException {
        var file = folder.resolve("key.pem");
        isAt(file.toUri().toString());
        isRefusedNaming(KeySource.LOCATION, "key.pem");
        Files.writeString(file, Minter.RSA.pem());
        isFine();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classpath:nowhere.pem", "/META-INF/nowhere.pem", "file:nowhere", "http://[", "ftp://x/y"})
    void whatIsNowhereIsRefusedAtOnce(String location) {
        isAt(location);
        isRefusedNaming(KeySource.LOCATION);
    }

    @Test
    void anIdentityProviderMayComeUpLater() {
        isAt("http://127.0.0.1:1/jwks");
        isFine();
    }
}

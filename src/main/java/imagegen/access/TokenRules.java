package imagegen.access;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/**
 * What a token must be, by the keys of MicroProfile JWT.
 *
 * @param issuer {@code mp.jwt.verify.issuer}
 * @param audiences {@code mp.jwt.verify.audiences}: one of them must be meant; empty: not looked at
 * @param algorithms {@code mp.jwt.verify.publickey.algorithm}, {@code RS256} by default; several with commas between
 * @param skew {@code mp.jwt.verify.clock.skew}: by how much clocks may differ
 * @param age {@code mp.jwt.verify.token.age}: how long after its {@code iat} a token is still taken
 */
record TokenRules(String issuer, Set<String> audiences, Set<String> algorithms, Duration skew,
                  Optional<Duration> age) {

    static final String ISSUER = "mp.jwt.verify.issuer";
    static final String AUDIENCES = "mp.jwt.verify.audiences";
    static final String ALGORITHM = "mp.jwt.verify.publickey.algorithm";
    static final String SKEW = "mp.jwt.verify.clock.skew";
    static final String AGE = "mp.jwt.verify.token.age";

    /** Public keys only: with a shared secret whoever checks tokens could issue them. */
    private static final Set<String> KNOWN = Set.of(
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    /** @throws IllegalArgumentException for what makes no sense; its message names the key */
    static TokenRules of(Config config) {
        var algorithms = list(config, ALGORITHM);
        if (!KNOWN.containsAll(algorithms)) {
            throw new IllegalArgumentException(ALGORITHM + " must be of " + KNOWN.stream().sorted().toList()
                    + ", not " + algorithms);
        }
        var issuer = text(config, ISSUER).orElseThrow(() -> new IllegalArgumentException(
                ISSUER + " is not set: it names who issues the callers' tokens (their iss claim)"));
        return new TokenRules(issuer, list(config, AUDIENCES), algorithms.isEmpty() ? Set.of("RS256") : algorithms,
                seconds(config, SKEW).orElse(Duration.ZERO), seconds(config, AGE));
    }

    static Optional<String> text(Config config, String key) {
        return config.getOptionalValue(key, String.class).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static Set<String> list(Config config, String key) {
        return Arrays.stream(text(config, key).orElse("").split(",")).map(String::strip)
                .filter(value -> !value.isEmpty()).collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<Duration> seconds(Config config, String key) {
        return text(config, key).map(value -> {
            if (!value.matches("\\d{1,9}")) {
                throw new IllegalArgumentException(key + " must be a number of seconds, not " + value);
            }
            return Duration.ofSeconds(Long.parseLong(value));
        });
    }
}

package imagegen.access;

import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Says whether a token is good, alike on every server: by the keys of MicroProfile JWT, with jose4j.
 *
 * <p>Any thread. Costs a signature check the first time that a token is seen, and a digest after that.
 */
@ApplicationScoped
public class TokenVerifier {

    /** As many as there may be streams by default, and no more text than so many tokens of ordinary length have. */
    private static final int KEPT = 20_000;
    private static final long KEPT_TEXT = 24_000_000;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final TokenRules rules;
    private final PublicKeys keys;
    private final TokenClock clock;
    private final VerifiedTokens verified = new VerifiedTokens(KEPT, KEPT_TEXT);

    /** What became of a token. */
    sealed interface Verdict {

        record Good(VerifiedToken token) implements Verdict {
        }

        record Bad(Problem problem) implements Verdict {
        }
    }

    /** For the container's proxy only. */
    protected TokenVerifier() {
        this(null, null, null);
    }

    @Inject
    public TokenVerifier(Config config, TokenClock clock) {
        this(TokenRules.of(config), new PublicKeys(KeySource.of(config), TokenVerifier::inBackground, System::nanoTime),
                clock);
    }

    TokenVerifier(TokenRules rules, PublicKeys keys, TokenClock clock) {
        this.rules = rules;
        this.keys = keys;
        this.clock = clock;
    }

    // At most one at a time, for seconds at most, with nothing of the application's context in it.
    private static void inBackground(Runnable work) {
        Thread.ofVirtual().name("image-gen-keys").start(work);
    }

    /** Reads the keys before the first caller comes. */
    void begin(@Observes @Initialized(ApplicationScoped.class) Object started) {
        keys.now();
    }

    Verdict verify(String token) {
        var now = clock.now();
        var known = keys.now();
        if (known.isEmpty()) {
            return unavailable();
        }
        var digest = Caller.digest(token);
        var before = verified.find(digest, known.get());
        var claims = before.map(VerifiedToken::claims).or(() -> Claims.of(token));
        if (claims.isEmpty()) {
            return bad(ProblemType.TOKEN_INVALID);
        }
        // That it is no good now needs no verifying, and so the words can be chosen.
        switch (claims.get().timing(now, rules.skew(), rules.age())) {
            case PAST -> {
                verified.forget(digest);
                return bad(ProblemType.TOKEN_EXPIRED);
            }
            case FUTURE, UNKNOWN -> {
                return bad(ProblemType.TOKEN_INVALID);
            }
            case RIGHT -> { }
        }
        return before.<Verdict>map(Verdict.Good::new).orElseGet(() -> check(token, digest, claims.get(), known.get()));
    }

    /** Lets go of a token that nobody should come with any more; one that does is verified in full. */
    void forget(String token) {
        verified.forget(Caller.digest(token));
    }

    private Verdict check(String token, String digest, Claims claims, Keys known) {
        var with = known;
        var search = new Search(with);
        var good = passes(token, search);
        if (!good && search.inVain) {
            with = keys.after(known);
            if (with != known) {
                good = passes(token, new Search(with));
            } else if (keys.reading()) {
                return unavailable();
            }
        }
        if (!good) {
            return bad(ProblemType.TOKEN_INVALID);
        }
        var fresh = new VerifiedToken(token, digest, claims);
        verified.add(fresh, with);
        return new Verdict.Good(fresh);
    }

    private boolean passes(String token, Search search) {
        try {
            consumer(search).process(token);
            return true;
        } catch (InvalidJwtException | RuntimeException | StackOverflowError e) {
            // The reason is its issuer's to find: told, it would help whoever forges one.
            return false;
        }
    }

    private JwtConsumer consumer(Search search) {
        var builder = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT,
                        rules.algorithms().toArray(String[]::new)))
                .setVerificationKeyResolver(search)
                .setExpectedIssuer(rules.issuer())
                .setRequireSubject()
                .setRequireExpirationTime()
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.now().toEpochMilli()))
                .setAllowedClockSkewInSeconds((int) rules.skew().toSeconds());
        if (rules.audiences().isEmpty()) {
            builder.setSkipDefaultAudienceValidation();
        } else {
            builder.setExpectedAudience(rules.audiences().toArray(String[]::new));
        }
        return builder.build();
    }

    /** Looks for the key that made a signature: the one that it names, or whichever of those that fit verifies it. */
    private static final class Search implements VerificationKeyResolver {

        private final Keys keys;
        private boolean inVain;

        Search(Keys keys) {
            this.keys = keys;
        }

        @Override
        public Key resolveKey(JsonWebSignature signature, List<JsonWebStructure> nesting)
                throws UnresolvableKeyException {
            var candidates = keys.candidates(signature);
            if (candidates.size() == 1) {
                return candidates.getFirst().getKey();
            }
            try {
                for (var candidate : candidates) {
                    signature.setKey(candidate.getKey());
                    if (signature.verifySignature()) {
                        return candidate.getKey();
                    }
                }
            } catch (JoseException e) {
                throw new UnresolvableKeyException("a candidate can't verify the signature", e);
            }
            inVain = true;
            throw new UnresolvableKeyException("none of the keys made this signature");
        }
    }

    private static Verdict bad(ProblemType type) {
        return new Verdict.Bad(Problem.of(type));
    }

    private static Verdict unavailable() {
        return new Verdict.Bad(Problem.of(ProblemType.KEYS_UNAVAILABLE).retryAfter(SOON));
    }
}

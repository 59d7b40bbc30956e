package imagegen.rollout;

import imagegen.access.Caller;
import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import imagegen.redis.Redis;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Decides who gets which transport. An edit of the configuration is obeyed within a second.
 *
 * <p>Any thread. {@link #choice} is cheap enough to be asked for every open connection at every tick: at most twice a
 * second somebody who asks reads the configuration anew, everybody else meets the last answer.
 */
@ApplicationScoped
public class TransportPolicy {

    private static final System.Logger LOG = System.getLogger(TransportPolicy.class.getName());
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

    private final Function<String, Optional<String>> config;
    private final LongSupplier nanos;
    private final AtomicLong nextRead;
    private final Map<String, String> complainedAbout = new ConcurrentHashMap<>();
    private volatile Answers answers = new Answers(Rules.DEFAULT, 0);

    /** For the container's proxy only. */
    protected TransportPolicy() {
        this(key -> Optional.empty(), System::nanoTime);
    }

    @Inject
    public TransportPolicy(Config config, Optional<Redis> redis) {
        this(redis, key -> live(config, key));
    }

    /** @param redis where several nodes share one: what its flag says comes first */
    TransportPolicy(Optional<Redis> redis, Function<String, Optional<String>> config) {
        this(redis.map(SharedFlag::new)
                .<Function<String, Optional<String>>>map(flag -> key -> flag.value(key).or(() -> config.apply(key)))
                .orElse(config), System::nanoTime);
    }

    /**
     * @param config answers what a key is set to now; may fail, and then the last good rules stay
     * @param nanos  time that only ever passes, like {@link System#nanoTime()}
     */
    public TransportPolicy(Function<String, Optional<String>> config, LongSupplier nanos) {
        this.config = config;
        this.nanos = nanos;
        this.nextRead = new AtomicLong(nanos.getAsLong());
    }

    // Servers may cache what Config answers (Payara: for a minute). Its sources tell the truth.
    private static Optional<String> live(Config config, String key) {
        for (ConfigSource source : config.getConfigSources()) {
            var value = source.getValue(key);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    public TransportChoice choice(Caller caller) {
        return choice(caller.user());
    }

    public TransportChoice choice(String user) {
        refresh();
        return answers.of(user);
    }

    /** Changes whenever some {@link #choice} may have: while it stays the same, so do all choices. */
    public long version() {
        refresh();
        return answers.version;
    }

    /**
     * Why this caller can't have what they ask for, naming what they can have; empty if they can. Polling is never
     * refused: it is everybody's fallback.
     */
    public Optional<Problem> refusal(Transport asked, Caller caller, String contextPath) {
        var choice = choice(caller);
        return asked == Transport.POLLING || asked == choice.transport() ? Optional.empty()
                : Optional.of(Problem.of(ProblemType.TRANSPORT_SWITCHED_OFF, choice.reason())
                        .with("transport", choice.transport().wireName())
                        .with("url", choice.transport().url(contextPath)));
    }

    private void refresh() {
        var due = nextRead.get();
        if (nanos.getAsLong() - due < 0 || !nextRead.compareAndSet(due, nanos.getAsLong() + INTERVAL)) {
            return;
        }
        var last = answers;
        var rules = reread(last.rules);
        if (!rules.equals(last.rules)) {
            answers = new Answers(rules, last.version + 1);
            LOG.log(Level.INFO, "transport: " + answers.inside.reason());
        }
    }

    // Whoever asks has more to do than to suffer from a source that is broken.
    private Rules reread(Rules last) {
        try {
            return last.reread(config, this::complain);
        } catch (RuntimeException e) {
            complain("the configuration", e.getClass().getName(), "those that can be read");
            return last;
        }
    }

    private void complain(String key, String value, String expected) {
        if (!value.equals(complainedAbout.put(key, value))) {
            LOG.log(Level.WARNING, key + "=" + value + " is none of " + expected + "; the last good value stays");
        }
    }

    /** All the answers that one set of rules can give. */
    private static final class Answers {

        private final Rules rules;
        private final long version;
        private final TransportChoice named;
        private final TransportChoice inside;
        private final TransportChoice outside;

        Answers(Rules rules, long version) {
            this.rules = rules;
            this.version = version;
            if (rules.fixed().isPresent()) {
                var transport = rules.fixed().get();
                this.inside = new TransportChoice(transport, Rules.TRANSPORT + "=" + transport.wireName());
                this.outside = inside;
                this.named = inside;
            } else {
                var share = Rules.PERCENTAGE + "=" + rules.percentage();
                this.inside = new TransportChoice(Transport.SSE, share + " takes this user in");
                this.outside = new TransportChoice(rules.otherwise(), share + " leaves this user out");
                this.named = new TransportChoice(Transport.SSE, Rules.USERS + " names this user");
            }
        }

        TransportChoice of(String user) {
            if (rules.fixed().isPresent()) {
                return inside;
            }
            if (rules.users().contains(user)) {
                return named;
            }
            return rules.takesIn(user) ? inside : outside;
        }
    }
}

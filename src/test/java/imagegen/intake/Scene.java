package imagegen.intake;

import imagegen.access.Caller;
import imagegen.backend.BackendConfig;
import imagegen.config.Settings;
import imagegen.lease.Fence;
import imagegen.lease.Leases;
import imagegen.log.Entry;
import imagegen.log.Logs;
import imagegen.log.MemoryLogs;
import imagegen.log.Outcome;
import imagegen.log.Reader;
import imagegen.log.Retention;
import imagegen.telemetry.IntakeMeter;
import imagegen.time.TurnedTime;
import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Update;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Intake with everything around it, in the test's hands. */
final class Scene {
    static final Duration LINGER = Duration.ofSeconds(10);
    static final Duration POLL = Duration.ofSeconds(2);
    static final Duration SILENCE = Duration.ofSeconds(30);
    static final Duration DENIAL = Duration.ofSeconds(20);
    static final Duration REOPEN = Duration.ofSeconds(30);
    static final Duration TICK = Intake.TICK;

    final TurnedTime turned = new TurnedTime();
    final ScriptedBackend backend = new ScriptedBackend();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final MemoryLogs logs;
    final Intake intake;
    /** Thrown by every append, as a bug of ours may. */
    Optional<Error> bug = Optional.empty();
    /** What the configuration has now. */
    Optional<String> serviceToken = Optional.of("service-token");
    boolean configurationThrows;

    Scene(String stream) {
        this(stream, Retention.DEFAULT, Map.of());
    }

    Scene(String stream, Leases leases) {
        this(stream, leases, Retention.DEFAULT, Map.of());
    }

    Scene(String stream, Retention retention, Map<String, String> more) {
        this(stream, Leases.alone(), retention, more);
    }

    private Scene(String stream, Leases leases, Retention retention, Map<String, String> more) {
        logs = new MemoryLogs(retention, turned::nanos);
        var settings = new HashMap<>(Map.of(BackendConfig.URL, "http://127.0.0.1:9090",
                "image-gen.backend.stream", stream, BackendConfig.SERVICE_TOKEN, "service-token"));
        settings.putAll(more);
        var config = new Settings(key -> Optional.ofNullable(settings.get(key)));
        intake = new Intake(turned, new Random(7), backend, new Wrapped(), leases, new IntakeMeter(metrics), BackendConfig.from(config),
                IntakeConfig.from(config), () -> {
                    if (configurationThrows) {
                        throw new IllegalStateException("a source that throws");
                    }
                    return serviceToken;
                });
    }

    Caller caller(String user) {
        return caller(user, "token-of-" + user, Duration.ofHours(1));
    }

    Caller caller(String user, String token, Duration valid) {
        return new Caller(user, token, turned.instant().plus(valid), Optional.empty());
    }

    void arrives(Caller caller, String... named) {
        intake.observer().arrived(caller, Set.of(named));
    }

    void leaves(Caller caller) {
        intake.observer().left(caller);
    }

    void renews(Caller caller) {
        intake.observer().renewed(caller);
    }

    /** Lets time pass in ticks, as the scheduler does. */
    void passes(Duration duration) {
        for (var left = duration; left.isPositive(); left = left.minus(TICK)) {
            turned.pass(TICK);
            intake.tick();
        }
    }

    /** The state of the only stream that counts. */
    SubscriptionState state() {
        return intake.presences().states().entrySet().stream().filter(it -> it.getValue() > 0).map(Map.Entry::getKey)
                .reduce((one, other) -> {
                    throw new AssertionError("both " + one + " and " + other);
                }).orElse(SubscriptionState.IDLE);
    }

    Optional<String> latest(String user, String id) {
        return entry(user, id).map(Entry::json).map(it -> new String(it, StandardCharsets.UTF_8));
    }

    boolean ended(String user, String id) {
        return entry(user, id).filter(Entry::terminal).isPresent();
    }

    /** Whether the request counts as failed, as far as we can guess. */
    boolean guessedFailed(String user, String id) {
        return latest(user, id).filter(it -> it.contains("\"provisional\":true")).isPresent();
    }

    private Optional<Entry> entry(String user, String id) {
        return logs.latest(user, new RequestId(id)).toCompletableFuture().join();
    }

    int streamed() {
        return (int) metrics.get("image.gen.updates.received").tag("source", "stream").counter().count();
    }

    int reconnected() {
        return (int) metrics.get("image.gen.backend.reconnects").counter().count();
    }

    /** How often something was discarded, by reason. */
    Map<String, Integer> discarded() {
        var counts = new HashMap<String, Integer>();
        metrics.find("image.gen.backend.discarded").counters()
                .forEach(it -> counts.put(it.getId().getTag("reason"), (int) it.count()));
        return counts;
    }

    private final class Wrapped implements Logs {
        @Override
        public CompletionStage<Outcome> append(String user, Update update, Fence fence) {
            bug.ifPresent(it -> {
                throw it;
            });
            return logs.append(user, update, fence);
        }

        @Override
        public CompletionStage<Outcome> begin(String user, Update first) {
            return logs.begin(user, first);
        }

        @Override
        public Reader open(String user, Optional<Cursor> after, Set<RequestId> only, Runnable wake) {
            return logs.open(user, after, only, wake);
        }

        @Override
        public CompletionStage<Optional<Entry>> latest(String user, RequestId id) {
            return logs.latest(user, id);
        }

        @Override
        public CompletionStage<List<RequestId>> unfinished(String user) {
            return logs.unfinished(user);
        }
    }
}

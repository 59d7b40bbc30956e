package imagegen.intake;

import imagegen.access.Caller;
import imagegen.log.Entry;
import imagegen.log.MemoryLogs;
import imagegen.log.Retention;
import imagegen.time.TurnedTime;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Feeds with everything around them, in the test's hands. */
final class Scene {
    static final Duration TICK = Duration.ofMillis(200);
    static final Duration LINGER = Duration.ofSeconds(10);
    static final Duration POLL = Duration.ofSeconds(2);
    static final Duration SILENCE = Duration.ofSeconds(30);
    static final Duration DENIAL = Duration.ofSeconds(20);
    static final Duration REOPEN = Duration.ofSeconds(30);

    final TurnedTime turned = new TurnedTime();
    final ScriptedBackend backend = new ScriptedBackend();
    final CountingMeter meter = new CountingMeter();
    final IntakeConfig config = new IntakeConfig(LINGER, SILENCE, DENIAL, REOPEN, Duration.ofMinutes(30), 64);
    final MemoryLogs logs;
    final Feeds.Means means;
    /** For a backend that wants each stream to name its request. */
    final Feeds.Means perRequest;

    Scene() {
        this(Retention.DEFAULT);
    }

    Scene(Retention retention) {
        logs = new MemoryLogs(retention, turned::nanos);
        var log = new RateLimitedLog(System.getLogger("imagegen.intake.test"), turned, Duration.ofMinutes(1));
        var inbox = new Inbox(new UpdateCodec("user_id"), logs, meter, log);
        var pace = new Line.Pace(POLL, SILENCE.dividedBy(4), REOPEN);
        means = new Feeds.Means(backend, logs, inbox, meter, config, pace, false, turned);
        perRequest = new Feeds.Means(backend, logs, inbox, meter, config, pace, true, turned);
    }

    Caller caller(String user) {
        return caller(user, "token-of-" + user, Duration.ofHours(1));
    }

    Caller caller(String user, String token, Duration valid) {
        return new Caller(user, token, turned.instant().plus(valid), Optional.empty());
    }

    /** Lets time pass in ticks, as the scheduler does. */
    void passes(Feeds feeds, Duration duration) {
        for (var left = duration; left.isPositive(); left = left.minus(TICK)) {
            turned.pass(TICK);
            feeds.tick();
        }
    }

    Optional<String> latest(String user, String id) {
        return means.latest(user, new RequestId(id)).map(Entry::json).map(it -> new String(it, StandardCharsets.UTF_8));
    }

    boolean ended(String user, String id) {
        return means.latest(user, new RequestId(id)).filter(Entry::terminal).isPresent();
    }

    static Set<String> nothing() {
        return Set.of();
    }
}

package imagegen.intake;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.backend.Backend;
import imagegen.backend.BackendConfig;
import imagegen.backend.BackendException;
import imagegen.backend.Reach;
import imagegen.config.Settings;
import imagegen.backend.Submission;
import imagegen.log.Entry;
import imagegen.log.Logs;
import imagegen.telemetry.Telemetry;
import imagegen.time.Time;
import imagegen.update.Decoded;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The way in: keeps the backend's updates coming for whoever is there, and takes callers' wishes to the backend.
 *
 * <p>Any thread; nothing blocks. Stages end with a {@link BackendException} where the backend did not do as asked, and
 * complete on a thread of the backend's.
 */
@ApplicationScoped
public class Intake {
    private static final System.Logger LOG = System.getLogger(Intake.class.getName());
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);
    private static final Duration TICK = Duration.ofMillis(200);

    private final Backend backend;
    private final Logs logs;
    private final Inbox inbox;
    private final Feeds feeds;
    private final SubmitKeys keys;

    @Resource
    private ManagedScheduledExecutorService scheduler;
    private ScheduledFuture<?> ticking;

    /** For the container's proxy only. */
    protected Intake() {
        this(null, null, null, null, null);
    }

    @Inject
    public Intake(Backend backend, BackendConfig config, Logs logs, Telemetry telemetry) {
        this(Time.system(), backend, logs, meter(telemetry), config,
                IntakeConfig.from(Settings.of(ConfigProvider.getConfig())),
                () -> Settings.of(ConfigProvider.getConfig()).text(BackendConfig.SERVICE_TOKEN));
    }

    /** @param serviceToken asked whenever the present one is refused */
    Intake(Time time, Backend backend, Logs logs, IntakeMeter meter, BackendConfig config, IntakeConfig intake,
            Supplier<Optional<String>> serviceToken) {
        this(backend, logs, new Inbox(new UpdateCodec(config.userField()), logs, meter,
                new RateLimitedLog(LOG, time, LOG_INTERVAL)), time, meter, config, intake, serviceToken);
    }

    private Intake(Backend backend, Logs logs, Inbox inbox, Time time, IntakeMeter meter, BackendConfig config,
            IntakeConfig intake, Supplier<Optional<String>> serviceToken) {
        this(backend, logs, inbox,
                feeds(config, serviceToken, new Feeds.Means(backend, logs, inbox, meter, intake, pace(config, intake),
                        config.stream() == BackendConfig.Stream.PER_REQUEST, time)),
                new SubmitKeys(time, intake.keyAge(), intake.keysPerUser()));
    }

    private Intake(Backend backend, Logs logs, Inbox inbox, Feeds feeds, SubmitKeys keys) {
        this.backend = backend;
        this.logs = logs;
        this.inbox = inbox;
        this.feeds = feeds;
        this.keys = keys;
    }

    /**
     * Has images made. The request is in the caller's log before the stage ends, so whoever reads the log knows it.
     *
     * @param idempotencyKey a repeat under the same key, also one at the same time, gets the first one's answer
     * @return ends with a {@link KeyConflict} if the key was used for something else
     */
    public CompletionStage<RequestId> submit(Caller caller, Submission submission, Optional<String> idempotencyKey) {
        return idempotencyKey
                .map(key -> keys.once(caller.user(), key, submission,
                        () -> submitted(caller, submission, idempotencyKey)))
                .orElseGet(() -> submitted(caller, submission, idempotencyKey));
    }

    private CompletionStage<RequestId> submitted(Caller caller, Submission submission, Optional<String> key) {
        // Not where the stream was quicker than the answer: nothing may follow an update that is further on.
        return backend.submit(caller.token(), submission, key)
                .thenCompose(id -> logs.begin(caller.user(), Progress.of(id, 0)).thenApply(begun -> id));
    }

    /**
     * The latest state of one request of this caller: from the log, or else from the backend. Empty where neither knows
     * it, or it is somebody else's.
     */
    public CompletionStage<Optional<Entry>> latest(Caller caller, RequestId id) {
        return logs.latest(caller.user(), id).thenCompose(known -> known.isPresent()
                ? CompletableFuture.completedStage(known) : asked(caller, id));
    }

    private CompletionStage<Optional<Entry>> asked(Caller caller, RequestId id) {
        return backend.status(caller.token(), id)
                .thenCompose(answer -> answer.map(decoded -> taken(caller, id, decoded))
                        .orElseGet(() -> CompletableFuture.completedStage(Optional.empty())))
                .exceptionally(failure -> notAllowed(failure, Optional.empty()));
    }

    /** Ends a request of this caller; false where the backend knows no such request of theirs. */
    public CompletionStage<Boolean> cancel(Caller caller, RequestId id) {
        return backend.cancel(caller.token(), id).thenApply(cancelled -> {
            if (cancelled) {
                feeds.cancelled(caller.user(), id, new Token(caller.token(), caller.expiresAt()));
            }
            return cancelled;
        }).exceptionally(failure -> notAllowed(failure, false));
    }

    /** How things stand with the backend. */
    public BackendState state() {
        var lines = feeds.states();
        var streaming = lines.get(LineState.STREAMING);
        // An open stream is better evidence than a call that failed.
        var trouble = streaming > 0
                ? Optional.<String>empty() : backend.reach().latest().flatMap(Reach.Evidence::reason);
        return new BackendState(trouble, lines.get(LineState.CONNECTING), streaming, lines.get(LineState.POLLING),
                lines.get(LineState.REFUSED));
    }

    Feeds feeds() {
        return feeds;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Attendance attendance,
            Telemetry telemetry) {
        telemetry.backendState(BackendState.WORDS, () -> state().word());
        telemetry.gauge("image.gen.backend.streams", "Open streams of the backend", this, it -> it.state().streaming());
        telemetry.gauge("image.gen.backend.polled", "Feeds that poll, since their stream can't be had", this,
                it -> it.state().polling());
        attendance.observe(feeds);
        feeds.start();
        ticking = scheduler.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    // Whatever fails, the next tick must come.
    private void tick() {
        try {
            feeds.tick();
            keys.tick();
            backend.probe();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a tick of intake failed", e);
        }
    }

    @PreDestroy
    void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        feeds.close();
    }

    /** What the backend said of a request, by way of the log. */
    private CompletionStage<Optional<Entry>> taken(Caller caller, RequestId id, Decoded decoded) {
        var valid = inbox.check(decoded).orElseThrow(() -> new BackendException.Refused(200, Optional.empty()));
        if (!valid.update().requestId().equals(id)
                || valid.user().filter(owner -> !owner.equals(caller.user())).isPresent()) {
            inbox.skip("foreign-user", () -> "a status that is not the caller's");
            return CompletableFuture.completedStage(Optional.empty());
        }
        return inbox.found(caller.user(), valid.update()).thenCompose(outcome -> logs.latest(caller.user(), id));
    }

    // The token was good enough for us, so what the backend does not allow is this request: it is somebody else's.
    private static <T> T notAllowed(Throwable failure, T answer) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BackendException.Unauthorized unauthorized && unauthorized.status() == 403) {
            return answer;
        }
        throw cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    private static Feeds feeds(BackendConfig config, Supplier<Optional<String>> serviceToken, Feeds.Means means) {
        return config.shared()
                ? new SharedFeed(means, serviceToken)
                : new UserFeeds(means);
    }

    private static Line.Pace pace(BackendConfig config, IntakeConfig intake) {
        // Often enough that a silent request waits little longer than it should.
        return new Line.Pace(config.pollInterval(), intake.reconcileAfter().dividedBy(4), intake.reopenAfter());
    }

    private static IntakeMeter meter(Telemetry telemetry) {
        var meter = telemetry.intake();
        return new IntakeMeter() {
            @Override
            public void streamed() {
                meter.streamed();
            }

            @Override
            public void polled() {
                meter.polled();
            }

            @Override
            public void reconnected() {
                meter.reconnected();
            }

            @Override
            public void discarded(String reason) {
                meter.discarded(reason);
            }
        };
    }
}

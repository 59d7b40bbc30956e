package imagegen.intake;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.backend.Backend;
import imagegen.backend.BackendConfig;
import imagegen.backend.BackendConfig.Stream;
import imagegen.backend.BackendException;
import imagegen.backend.Reach;
import imagegen.backend.Submission;
import imagegen.lease.Leases;
import imagegen.limit.Quota;
import imagegen.log.Entry;
import imagegen.log.Logs;
import imagegen.telemetry.IntakeMeter;
import imagegen.time.Time;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The way in: keeps the backend's updates coming for whoever is there, and takes callers' wishes to the backend.
 *
 * <p>Any thread; nothing blocks, and there is no thread and no timer in it: somebody has to {@link #tick}. Stages end
 * with a {@link BackendException} where the backend did not do as asked, with {@link TooManyCalls} where the caller
 * wants more than their share, and complete on a thread of the backend's.
 */
public final class Intake {
    /** How often time is to be let pass. */
    public static final Duration TICK = Duration.ofMillis(200);

    private static final System.Logger LOG = System.getLogger(Intake.class.getName());
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);
    private static final int CALLS_WAITING = 64;
    // No more than a user has requests that are looked after.
    private static final int SUPERVISION_WAITING = 2048;

    private final Leases leases;
    private final Tools tools;
    private final Presences presences;
    private final SubmitKeys keys;

    /**
     * @param leases       on streams that several nodes could have; let pass time with this
     * @param random       spreads calls that would otherwise come all at once
     * @param serviceToken as configured now, for one stream for all users; asked again when it is refused
     */
    public Intake(Time time, RandomGenerator random, Backend backend, Logs logs, Leases leases, IntakeMeter meter,
            BackendConfig config, IntakeConfig intake, Supplier<Optional<String>> serviceToken) {
        var mode = config.stream();
        this.leases = leases;
        var shared = new Turn((mode == Stream.SHARED ? leases : Leases.alone()).of("shared"));
        var inbox = new Inbox(new UpdateCodec(config.userField()), logs, shared::fence, meter,
                new RateLimitedLog(LOG, time, LOG_INTERVAL));
        this.tools = new Tools(backend, new AtomicBoolean(),
                new FairCalls(time, intake.calls(), intake.callsPerUser(), CALLS_WAITING),
                new FairCalls(time, intake.calls(), intake.callsPerUser(), SUPERVISION_WAITING),
                new Quota(time, intake.unknownRequests()), logs,
                // A node with one stream for each request knows of its own requests sooner than any other
                mode == Stream.PER_USER ? leases : Leases.alone(), inbox, meter, intake, time, random);
        this.presences = new Presences(tools, mode, shared, serviceToken);
        this.keys = new SubmitKeys(time, leases.deeds(intake.keyAge(), intake.keysPerUser()), intake.keyAge(),
                intake.keysPerUser());
    }

    /** To be told who comes and goes. */
    public Attendance.Observer observer() {
        return presences;
    }

    /** Lets time pass: called every {@link #TICK} by one thread. What fails in it is logged, and the rest goes on. */
    public void tick() {
        presences.tick();
        for (Runnable task : List.<Runnable>of(leases::tick, keys::tick, tools.callers()::tick,
                tools.supervision()::tick, tools.backend()::probe)) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a tick of intake failed", e);
            }
        }
    }

    /** Closes every stream. Nothing is opened any more. */
    public void close() {
        presences.close();
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
        var since = tools.time().nanos();
        return tools.callers().call(caller.user(), () -> tools.backend().submit(caller.token(), submission, key))
                .thenCompose(id -> {
                    presences.of(caller.user()).begun(id, since);
                    // Not where the stream was quicker than the answer: nothing may follow an update that is further on.
                    return tools.logs().begin(caller.user(), Progress.of(id, 0)).thenApply(begun -> id);
                });
    }

    /**
     * The latest state of one request of this caller: from the log where that is ended or kept up to date by a stream,
     * else from the backend by way of the log. Empty where neither knows it, or it is somebody else's.
     */
    public CompletionStage<Optional<Entry>> latest(Caller caller, RequestId id) {
        return tools.logs().latest(caller.user(), id).thenCompose(known -> {
            var presence = presences.of(caller.user());
            if (known.filter(Entry::terminal).isPresent() || presence.upToDate(id)) {
                return CompletableFuture.completedStage(known);
            }
            if (known.isEmpty() && !presence.asking(id)) {
                var wait = tools.unknown().take(caller.user());
                if (wait.isPresent()) {
                    return CompletableFuture.failedStage(new TooManyCalls(wait.get()));
                }
            }
            return presence.look(id, new Token(caller.token(), caller.expiresAt()))
                    .exceptionally(failure -> {
                        // What is known is better than nothing while the backend can't say more.
                        return known.isPresent() ? Boolean.TRUE : notAllowed(failure, Boolean.FALSE);
                    })
                    .thenCompose(found -> tools.logs().latest(caller.user(), id));
        });
    }

    /** Ends a request of this caller; false where the backend knows no such request of theirs. */
    public CompletionStage<Boolean> cancel(Caller caller, RequestId id) {
        return tools.callers().call(caller.user(), () -> tools.backend().cancel(caller.token(), id))
                .thenApply(cancelled -> {
                    if (cancelled) {
                        presences.of(caller.user()).cancelled(id, new Token(caller.token(), caller.expiresAt()));
                    }
                    return cancelled;
                }).exceptionally(failure -> notAllowed(failure, false));
    }

    /** How many users are looked after: those who are here or were until lately, and those with something unfinished. */
    public int users() {
        return presences.size();
    }

    /** How many streams of the backend this node has open; others may have some for all nodes. */
    public int streams() {
        return presences.open();
    }

    /** How things stand with the backend. */
    public BackendState state() {
        var streams = presences.states();
        var streaming = streams.get(SubscriptionState.STREAMING);
        // An open stream is better evidence than a call that failed.
        var trouble = streaming > 0
                ? Optional.<String>empty() : tools.backend().reach().latest().flatMap(Reach.Evidence::reason);
        return new BackendState(trouble, streams.get(SubscriptionState.CONNECTING), streaming,
                streams.get(SubscriptionState.POLLING), streams.get(SubscriptionState.REFUSED));
    }

    /**
     * How this user's updates come from the backend: {@code idle}, {@code connecting}, {@code streaming},
     * {@code polling}, or {@code refused} while it does not accept their token.
     */
    public String state(String user) {
        return presences.find(user).map(Presence::state).orElse(SubscriptionState.IDLE).name().toLowerCase(Locale.ROOT);
    }

    // The token was good enough for us, so what the backend does not allow is this request: it is somebody else's.
    private static <T> T notAllowed(Throwable failure, T answer) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BackendException.Unauthorized unauthorized && unauthorized.status() == 403) {
            return answer;
        }
        throw cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    Presences presences() {
        return presences;
    }
}

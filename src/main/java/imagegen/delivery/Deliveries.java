package imagegen.delivery;

import imagegen.access.Attendance;
import imagegen.access.Attendance.Visit;
import imagegen.access.Caller;
import imagegen.access.TokenClock;
import imagegen.limit.Quota;
import imagegen.log.Logs;
import imagegen.problem.Problem;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.rollout.Transport;
import imagegen.rollout.TransportChoice;
import imagegen.rollout.TransportPolicy;
import imagegen.telemetry.Telemetry;
import imagegen.telemetry.TransportMeter;
import imagegen.time.Time;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Every open stream and waiting poll, and the care that all of them need: a heartbeat when quiet, an end when stalled,
 * when their token ends, when another transport is chosen, and when the server goes.
 *
 * <p>Streams and polls come from any thread; {@link #tick} from one at a time, twice a second, and never blocks. Time
 * is monotonic.
 */
public final class Deliveries {

    /** How often {@link #tick} is to be called. */
    public static final Duration TICK = Duration.ofMillis(500);

    private static final System.Logger LOG = System.getLogger(Deliveries.class.getName());
    private static final Duration WARNING = Duration.ofSeconds(30);

    private final DeliveryConfig config;
    private final Logs logs;
    private final Attendance attendance;
    private final TransportPolicy policy;
    private final TokenClock tokens;
    private final Time time;
    private final RandomGenerator random;
    private final Executor executor;
    private final String contextPath;
    private final Telemetry telemetry;
    private final Map<Transport, TransportMeter> meters = new EnumMap<>(Transport.class);
    // By numbers, so that what happens to them happens in an order that can be repeated
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Subscription> open = new ConcurrentHashMap<>();
    private final Map<Long, Poll> polls = new ConcurrentHashMap<>();
    private final Notice hello;
    private final Quota pollQuota;
    private volatile boolean draining;

    /**
     * What time and chance are made of, and who does what may block.
     *
     * @param time     whose monotonic half the logs count in
     * @param random   for any thread
     * @param executor writes the answers of polls
     */
    public record Means(Time time, RandomGenerator random, Executor executor) {
    }

    public Deliveries(DeliveryConfig config, Logs logs, Attendance attendance, TransportPolicy policy,
                      TokenClock tokens, Means means, Telemetry telemetry, String contextPath) {
        this.config = config;
        this.logs = logs;
        this.attendance = attendance;
        this.policy = policy;
        this.tokens = tokens;
        this.time = means.time();
        this.random = means.random();
        this.executor = means.executor();
        this.telemetry = telemetry;
        this.contextPath = contextPath;
        this.pollQuota = new Quota(time, config.pollsPerMinute());
        this.hello = Notice.hello(config.heartbeat(), config.retry());
        for (Transport transport : Transport.values()) {
            meters.put(transport, telemetry.transport(transport.wireName()));
        }
    }

    /**
     * Admits a caller's stream; the answer must be {@linkplain Admitted#begin begun} or {@linkplain Admitted#abandon
     * abandoned}.
     *
     * @throws ProblemException {@code draining}, {@code transport-switched-off}, {@code too-many-streams}
     */
    public Admitted admit(Transport transport, Caller caller, Asked asked) {
        checkOpen();
        // Before the question: what changes after it is found by the first tick
        long choiceVersion = policy.version();
        Optional<Problem> refusal = policy.refusal(transport, caller, contextPath);
        if (refusal.isPresent()) {
            throw new ProblemException(refusal.get());
        }
        return new Admitted(transport, asked, attendance.admit(caller, asked.names()), choiceVersion);
    }

    /**
     * Answers a caller's poll, at once or as soon as there is something new. To be called on a thread that may write
     * the answer.
     *
     * @param patience how long to wait for the first update, to half a {@link #TICK}
     * @throws ProblemException {@code draining}, {@code too-many-requests}, {@code too-many-streams}
     */
    public Poll poll(Caller caller, Asked asked, Duration patience, Poll.Answer answer) {
        checkOpen();
        Optional<Duration> wait = pollQuota.take(caller.user());
        if (wait.isPresent()) {
            throw new ProblemException(Problem.of(ProblemType.TOO_MANY_REQUESTS,
                    "Up to " + config.pollsPerMinute() + " polls a minute are answered.").retryAfter(wait.get()));
        }
        // A poll that waits holds a connection as a stream does, and counts as one
        Visit visit = patience.isZero() ? attendance.glance(caller, asked.names())
                : attendance.admit(caller, asked.names());
        long number = numbers.incrementAndGet();
        Poll poll = new Poll(visit, policy.choice(caller).json(contextPath), answer, meters.get(Transport.POLLING),
                time, executor, () -> polls.remove(number));
        poll.begin(logs, asked, patience, tokens, TICK);
        polls.put(number, poll);
        if (poll.over()) {
            polls.remove(number);
        } else if (draining) {
            poll.refuseSoon(drainingProblem());
        }
        return poll;
    }

    private void checkOpen() {
        if (draining) {
            throw new ProblemException(drainingProblem());
        }
    }

    /** A stream that may open and has no outlet yet. */
    public final class Admitted {

        private final Transport transport;
        private final Asked asked;
        private final Visit visit;
        private final long number = numbers.incrementAndGet();
        private final Subscription subscription;

        private Admitted(Transport transport, Asked asked, Visit visit, long choiceVersion) {
            this.transport = transport;
            this.asked = asked;
            this.visit = visit;
            this.subscription = new Subscription(transport, visit, meters.get(transport), time,
                    () -> open.remove(number));
            subscription.choiceVersion = choiceVersion;
            meters.get(transport).opened();
        }

        /** To be signalled by the outlet, which may begin to do so before {@link #begin}. */
        public Subscription subscription() {
            return subscription;
        }

        /** The outlet can be written to: updates begin to move. */
        public void begin(Outlet outlet) {
            subscription.deadline = tokens.deadline(visit.caller());
            if (endsBeforeNextTick(subscription)) {
                subscription.endAtOnce(CloseReason.TOKEN_ENDED, Notice.EXPIRED);
            }
            // Spread, so that streams opened in one second don't all beat in one second
            subscription.beatAfter = jittered(config.heartbeat());
            subscription.start(outlet, logs.open(visit.caller().user(), asked.after(), asked.only(),
                    subscription::signal), hello);
            visit.onRenewed(fresh -> renew(subscription, fresh));
            open.put(number, subscription);
            if (subscription.over()) {
                open.remove(number);
            } else if (draining) {
                subscription.end(CloseReason.DRAINED, farewell());
            }
        }

        /** There will be no outlet. */
        public void abandon() {
            subscription.ended(CloseReason.FAILED);
        }
    }

    private void renew(Subscription subscription, Caller fresh) {
        subscription.deadline = tokens.deadline(fresh);
        subscription.warned = false;
        if (endsBeforeNextTick(subscription)) {
            subscription.end(CloseReason.TOKEN_ENDED, Notice.EXPIRED);
        } else {
            subscription.tell(Notice.renewed(fresh.expiresAt()));
        }
    }

    /** How many streams and waiting polls there are to look after. */
    public int open() {
        return open.size() + polls.size();
    }

    /** Looks after every open stream and every waiting poll. */
    public void tick() {
        long now = time.nanos();
        long version = policy.version();
        for (Subscription subscription : open.values()) {
            guarded(() -> look(subscription, now, version));
        }
        for (Poll poll : polls.values()) {
            guarded(() -> poll.tick(now, TICK));
        }
    }

    /** What fails for one must not keep another's token from ending. */
    private static void guarded(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "could not look after a stream", e);
        }
    }

    /** Then nobody would look in time. */
    private static boolean endsBeforeNextTick(Subscription subscription) {
        return subscription.deadline.nanosLeft() <= TICK.toNanos();
    }

    private void look(Subscription subscription, long now, long version) {
        if (subscription.stalledFor(now) > config.stallTimeout().toNanos()) {
            subscription.cut(CloseReason.STALLED);
        } else if (subscription.ending()) {
            return;
        } else if (endsBeforeNextTick(subscription)) {
            subscription.end(CloseReason.TOKEN_ENDED, Notice.EXPIRED);
        } else {
            if (subscription.deadline.nanosLeft() <= WARNING.toNanos() && !subscription.warned) {
                subscription.warned = true;
                subscription.tell(Notice.expiring(subscription.deadline.expiresAt()));
            }
            if (version != subscription.choiceVersion) {
                subscription.choiceVersion = version;
                planMove(subscription, now);
            }
            if (subscription.moveDue != 0 && now - subscription.moveDue >= 0) {
                move(subscription);
            } else {
                beat(subscription, now);
            }
        }
    }

    private void planMove(Subscription subscription, long now) {
        boolean stays = policy.choice(subscription.visit().caller()).transport() == subscription.transport();
        if (stays) {
            subscription.moveDue = 0;
        } else if (subscription.moveDue == 0) {
            // Another edit does not put it off
            subscription.moveDue = now + jittered(config.moveOver()) | 1;
        }
    }

    private void move(Subscription subscription) {
        TransportChoice choice = policy.choice(subscription.visit().caller());
        telemetry.moved(choice.transport().wireName());
        subscription.end(CloseReason.MOVED, Notice.moved(choice.json(contextPath)));
    }

    /** At the last tick that keeps the promise: a client may count on the interval from the last byte it got. */
    private void beat(Subscription subscription, long now) {
        if (subscription.quietFor(now) + TICK.toNanos() > subscription.beatAfter) {
            subscription.beatAfter = config.heartbeat().toNanos();
            subscription.sendHeartbeat();
        }
    }

    /** Nothing new is admitted from now on. */
    public void beginDraining() {
        draining = true;
    }

    public boolean draining() {
        return draining;
    }

    /**
     * Ends every open stream and waiting poll, spread evenly over the configured time, each with another time to come
     * back, so that the clients do not all reconnect in one second. Blocks its caller for that time.
     */
    public void drain() throws InterruptedException {
        Drain drain = drained();
        for (Optional<Duration> pause = drain.step(time.nanos()); pause.isPresent();
                pause = drain.step(time.nanos())) {
            Thread.sleep(pause.get());
        }
    }

    /** As {@link #drain}, for a caller that lets the time pass. */
    public Drain drained() {
        beginDraining();
        List<Runnable> ends = new ArrayList<>();
        open.values().forEach(subscription -> ends.add(() -> subscription.end(CloseReason.DRAINED, farewell())));
        polls.values().forEach(poll -> ends.add(() -> poll.refuseSoon(drainingProblem())));
        return new Drain(ends, config.drain(), time.nanos());
    }

    private Notice farewell() {
        return Notice.draining(comeBack());
    }

    private Problem drainingProblem() {
        return Problem.of(ProblemType.DRAINING).retryAfter(comeBack());
    }

    /** Another for each, so that not all come back in one second. */
    private Duration comeBack() {
        return config.retry().plusNanos(jittered(config.retry()));
    }

    private long jittered(Duration most) {
        return random.nextLong(most.toNanos() + 1);
    }
}

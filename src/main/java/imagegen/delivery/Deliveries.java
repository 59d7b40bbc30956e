package imagegen.delivery;

import imagegen.access.Attendance;
import imagegen.access.Attendance.Visit;
import imagegen.access.Caller;
import imagegen.access.TokenClock;
import imagegen.log.Logs;
import imagegen.problem.Problem;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.rollout.Transport;
import imagegen.rollout.TransportChoice;
import imagegen.rollout.TransportPolicy;
import imagegen.telemetry.Telemetry;
import imagegen.telemetry.TransportMeter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Every open stream, and the care that all of them need: a heartbeat when quiet, an end when stalled, when their token
 * ends, when another transport is chosen, and when the server goes.
 *
 * <p>{@link #open} comes from any thread; {@link #tick} from one at a time, twice a second. Time is monotonic.
 */
public final class Deliveries {

    /** How often {@link #tick} is to be called. */
    public static final Duration TICK = Duration.ofMillis(500);

    private static final Duration WARNING = Duration.ofSeconds(30);

    private final DeliveryConfig config;
    private final Logs logs;
    private final Attendance attendance;
    private final TransportPolicy policy;
    private final TokenClock tokens;
    private final LongSupplier nanoTime;
    private final String contextPath;
    private final Telemetry telemetry;
    private final Map<Transport, TransportMeter> meters = new EnumMap<>(Transport.class);
    private final Set<Subscription> open = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    // The tick's thread
    private long policyVersion;

    public Deliveries(DeliveryConfig config, Logs logs, Attendance attendance, TransportPolicy policy,
                      TokenClock tokens, LongSupplier nanoTime, Telemetry telemetry, String contextPath) {
        this.config = config;
        this.logs = logs;
        this.attendance = attendance;
        this.policy = policy;
        this.tokens = tokens;
        this.nanoTime = nanoTime;
        this.telemetry = telemetry;
        this.contextPath = contextPath;
        this.policyVersion = policy.version();
        for (Transport transport : Transport.values()) {
            meters.put(transport, telemetry.transport(transport.wireName()));
        }
    }

    public DeliveryConfig config() {
        return config;
    }

    /**
     * Admits a caller's stream; the answer must be {@linkplain Admitted#begin begun} or {@linkplain Admitted#abandon
     * abandoned}.
     *
     * @throws ProblemException {@code draining}, {@code transport-switched-off}, {@code too-many-streams}
     */
    public Admitted admit(Transport transport, Caller caller, Asked asked) {
        checkOpen();
        Optional<Problem> refusal = policy.refusal(transport, caller, contextPath);
        if (refusal.isPresent()) {
            throw new ProblemException(refusal.get());
        }
        return new Admitted(transport, asked, attendance.admit(caller, asked.names()));
    }

    /** @throws ProblemException {@code draining} once the server is going */
    public void checkOpen() {
        if (draining) {
            throw new ProblemException(Problem.of(ProblemType.DRAINING).retryAfter(config.retry()));
        }
    }

    /** A stream that may open and has no outlet yet. */
    public final class Admitted {

        private final Transport transport;
        private final Asked asked;
        private final Visit visit;
        private final Subscription subscription;

        private Admitted(Transport transport, Asked asked, Visit visit) {
            this.transport = transport;
            this.asked = asked;
            this.visit = visit;
            this.subscription = new Subscription(transport, visit, meters.get(transport), open::remove);
            meters.get(transport).opened();
        }

        /** To be signalled by the outlet, which may begin to do so before {@link #begin}. */
        public Subscription subscription() {
            return subscription;
        }

        /** The outlet can be written to: updates begin to move. */
        public void begin(Outlet outlet) {
            long now = nanoTime.getAsLong();
            subscription.deadline = tokens.deadline(visit.caller());
            // Spread, so that streams opened in one second don't all beat in one second
            subscription.heartbeatDue = now + jittered(config.heartbeat());
            subscription.start(outlet, logs.open(visit.caller().user(), asked.after(), asked.only(),
                    subscription::signal));
            visit.onRenewed(fresh -> renew(subscription, fresh));
            open.add(subscription);
            if (subscription.over()) {
                open.remove(subscription);
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
        if (!subscription.deadline.passed()) {
            subscription.tell(Notice.renewed(fresh.expiresAt()));
        }
    }

    /** Looks after every open stream. */
    public void tick() {
        long now = nanoTime.getAsLong();
        long version = policy.version();
        boolean choicesChanged = version != policyVersion;
        policyVersion = version;
        for (Subscription subscription : open) {
            if (!subscription.ending()) {
                look(subscription, now, choicesChanged);
            } else if (stalledLongerThan(config.stallTimeout(), subscription, now)) {
                subscription.cut(CloseReason.STALLED);
            }
        }
    }

    private void look(Subscription subscription, long now, boolean choicesChanged) {
        long left = subscription.deadline.nanosLeft();
        if (left <= TICK.toNanos()) {
            subscription.end(CloseReason.TOKEN_ENDED, Notice.EXPIRED);
        } else if (stalledLongerThan(config.stallTimeout(), subscription, now)) {
            subscription.cut(CloseReason.STALLED);
        } else {
            if (left <= WARNING.toNanos() && !subscription.warned) {
                subscription.warned = true;
                subscription.tell(Notice.expiring(subscription.deadline.expiresAt()));
            }
            if (choicesChanged) {
                planMove(subscription, now);
            }
            if (subscription.moveDue != 0 && now - subscription.moveDue >= 0) {
                move(subscription);
            } else {
                beat(subscription, now);
            }
        }
    }

    private boolean stalledLongerThan(Duration limit, Subscription subscription, long now) {
        return subscription.stalledFor(now) > limit.toNanos();
    }

    private void planMove(Subscription subscription, long now) {
        boolean stays = policy.choice(subscription.visit().caller()).transport() == subscription.transport();
        subscription.moveDue = stays ? 0 : now + jittered(config.moveOver()) | 1;
    }

    private void move(Subscription subscription) {
        TransportChoice choice = policy.choice(subscription.visit().caller());
        telemetry.moved(choice.transport().wireName());
        subscription.end(CloseReason.MOVED, Notice.moved(choice.json(contextPath)));
    }

    /** A stream on which something was sent anyway needs no heartbeat. */
    private void beat(Subscription subscription, long now) {
        if (now - subscription.heartbeatDue < 0) {
            return;
        }
        subscription.heartbeatDue = now + config.heartbeat().toNanos();
        long sent = subscription.sent();
        if (sent == subscription.sentAtHeartbeat) {
            subscription.tell(Notice.HEARTBEAT);
            sent++;
        }
        subscription.sentAtHeartbeat = sent;
    }

    /** Nothing new is admitted from now on. */
    public void beginDraining() {
        draining = true;
    }

    public boolean draining() {
        return draining;
    }

    /**
     * Ends every open stream, spread evenly over the configured time, each with another time to come back, so that the
     * clients do not all reconnect in one second. Blocks its caller for that time.
     */
    public void drain() throws InterruptedException {
        beginDraining();
        Subscription[] all = open.toArray(Subscription[]::new);
        long pause = all.length == 0 ? 0 : config.drain().toNanos() / all.length;
        long began = nanoTime.getAsLong();
        for (int i = 0; i < all.length; i++) {
            all[i].end(CloseReason.DRAINED, farewell());
            long ahead = began + pause * (i + 1) - nanoTime.getAsLong();
            if (ahead > 1_000_000) {
                Thread.sleep(Duration.ofNanos(ahead));
            }
        }
    }

    private Notice farewell() {
        return Notice.draining(config.retry().plusNanos(jittered(config.retry())));
    }

    private static long jittered(Duration most) {
        return ThreadLocalRandom.current().nextLong(most.toNanos() + 1);
    }
}

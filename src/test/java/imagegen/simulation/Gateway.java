package imagegen.simulation;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.access.TokenClock;
import imagegen.backend.Backend;
import imagegen.backend.BackendConfig;
import imagegen.backend.Submission;
import imagegen.config.Settings;
import imagegen.delivery.Asked;
import imagegen.delivery.Deliveries;
import imagegen.delivery.DeliveryConfig;
import imagegen.delivery.Drain;
import imagegen.delivery.Poll;
import imagegen.delivery.Subscription;
import imagegen.intake.Intake;
import imagegen.intake.IntakeConfig;
import imagegen.lease.Leases;
import imagegen.log.Entry;
import imagegen.log.MemoryLogs;
import imagegen.rollout.Transport;
import imagegen.rollout.TransportPolicy;
import imagegen.telemetry.Telemetry;
import imagegen.update.RequestId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The production classes, put together as the container does it. Nothing else here touches them. */
final class Gateway {

    private static final Telemetry TELEMETRY = new Telemetry();

    private final Map<String, String> config = new HashMap<>();
    private final MemoryLogs logs;
    private final Attendance attendance;
    private final Deliveries deliveries;
    private final Intake intake;
    private final TransportPolicy policy;
    private final VirtualTime time;
    private final RandomGenerator random;
    private boolean stopped;

    Gateway(VirtualTime time, RandomGenerator random, Backend backend, Setup setup) {
        this.time = time;
        this.random = random;
        config.put("image-gen.backend.url", "http://backend.example");
        config.put("image-gen.backend.stream", setup.stream());
        config.put("image-gen.backend.service-token", SimulatedBackend.SERVICE);
        config.put("image-gen.transport", "sse");
        logs = new MemoryLogs(setup.retention(), time::nanos);
        policy = new TransportPolicy(key -> Optional.ofNullable(config.get(key)), time::nanos);
        Settings settings = new Settings(key -> Optional.ofNullable(config.get(key)));
        intake = new Intake(time, random, backend, logs, Leases.alone(), TELEMETRY.intake(), BackendConfig.from(settings),
                IntakeConfig.from(settings), () -> settings.text(BackendConfig.SERVICE_TOKEN));
        attendance = new Attendance(setup.streams(), 100);
        attendance.observe(intake.observer());
        deliveries = new Deliveries(DeliveryConfig.DEFAULT, logs, attendance, policy,
                new TokenClock(time, time::nanos), new Deliveries.Means(time, random, time), TELEMETRY, "");
        every(Duration.ofMillis(400), intake::tick);
        every(Deliveries.TICK, deliveries::tick);
        every(Duration.ofSeconds(5), logs::sweep);
    }

    private void every(Duration period, Runnable task) {
        time.every(period, () -> !stopped, task);
    }

    /**
     * Admits a stream, which begins a moment later, as soon as the server has let go of the request.
     *
     * @param outlet made for the subscription that will feed it
     */
    void open(Transport transport, Caller caller, Asked asked, Function<Subscription, Connection> outlet) {
        Deliveries.Admitted admitted = deliveries.admit(transport, caller, asked);
        Connection connection = outlet.apply(admitted.subscription());
        time.after(Duration.ofMillis(random.nextInt(30)), () -> connection.begins(admitted));
    }

    Poll poll(Caller caller, Asked asked, Duration patience, Poll.Answer answer) {
        return deliveries.poll(caller, asked, patience, answer);
    }

    CompletionStage<RequestId> submit(Caller caller) {
        return intake.submit(caller, new Submission("a lake", 64, 64, 1, Optional.empty()), Optional.empty());
    }

    CompletionStage<Optional<Entry>> latest(Caller caller, String id) {
        return intake.latest(caller, new RequestId(id));
    }

    CompletionStage<Boolean> cancel(Caller caller, String id) {
        return intake.cancel(caller, new RequestId(id));
    }

    void renew(Caller previous, Caller fresh) {
        attendance.renew(previous, fresh);
    }

    void signOut(Caller caller) {
        attendance.end(caller);
    }

    void flag(Transport transport) {
        config.put("image-gen.transport", transport.wireName());
    }

    Transport choice(String user) {
        return policy.choice(user).transport();
    }

    /** Says goodbye to everybody, one after another; nobody is admitted from now on. */
    Drain drained() {
        return deliveries.drained();
    }

    /** Goes, with all that it remembers. */
    void stop() {
        stopped = true;
        intake.close();
    }

    /** Whether the user's log still has that request's end. */
    boolean remembers(Job job) {
        return logs.latest(job.user, new RequestId(job.id)).toCompletableFuture().join()
                .filter(Entry::terminal).isPresent();
    }

    /** Whether the user's log has anything of that request. */
    boolean knows(Job job) {
        return logs.latest(job.user, new RequestId(job.id)).toCompletableFuture().join().isPresent();
    }

    /** What is left of everybody's connections, in words; empty when there is nothing. */
    String connected() {
        StringBuilder left = new StringBuilder();
        count(left, "open deliveries", deliveries.open());
        count(left, "streams of callers", attendance.streams());
        count(left, "visitors", attendance.users());
        return left.toString();
    }

    /** What is left of everybody, in words; empty when there is nothing. */
    String leftovers() {
        StringBuilder left = new StringBuilder(connected());
        count(left, "logs", logs.users());
        count(left, "watched users", intake.users());
        return left.toString();
    }

    private static void count(StringBuilder left, String what, int number) {
        if (number > 0) {
            left.append(number).append(' ').append(what).append("; ");
        }
    }
}

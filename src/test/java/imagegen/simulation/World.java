package imagegen.simulation;

import imagegen.access.Caller;
import imagegen.delivery.Deliveries;
import imagegen.delivery.Drain;
import imagegen.rollout.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A gateway, its backend, and everybody who calls it; what happens to them comes in steps. */
final class World implements SimulatedBackend.Watcher {

    private static final boolean TELLING = Boolean.getBoolean("tell");
    private static final Duration LONG = Duration.ofHours(2);

    final VirtualTime time = new VirtualTime();
    final Random random;
    final Setup setup;
    final SimulatedBackend backend;
    Gateway gateway;
    long jumpedAt = time.nanos() - LONG.toNanos();
    private final List<User> users = new ArrayList<>();
    private final List<Tab> tabs = new ArrayList<>();
    private Optional<Violation> first = Optional.empty();
    /** There is no gateway at the moment. */
    private boolean down;
    private int deployment;

    World(long seed) {
        random = new Random(seed);
        setup = Setup.of(random);
        backend = new SimulatedBackend(time, random, setup, this);
        gateway = new Gateway(time, random, backend, setup);
        for (String name : List.of("ann", "bob")) {
            users.add(new User(name, time, LONG));
        }
        time.every(Deliveries.TICK, () -> true, this::check);
    }

    // Who is there

    Collection<Job> jobs() {
        return backend.jobs.values();
    }

    Optional<Job> job(String id) {
        return Optional.ofNullable(backend.jobs.get(id));
    }

    Optional<String> cursorOfAnother(User user) {
        return tabs.stream().filter(tab -> tab.user != user).flatMap(tab -> tab.memory.cursor.stream()).findFirst()
                .or(() -> Optional.of("nobody-1"));
    }

    boolean down() {
        return down;
    }

    /** How many streams and waiting polls that user has open. */
    long streams(User user) {
        return tabs.stream().filter(tab -> tab.user == user).flatMap(tab -> tab.connection.stream())
                .filter(Connection::counts).count();
    }

    @Override
    public int deployment() {
        return deployment;
    }

    @Override
    public Optional<String> userOf(String token) {
        return users.stream().filter(user -> user.accepts(token)).map(user -> user.name).findFirst();
    }

    @Override
    public void makesKnown(Job job) {
        tell("the backend makes the end of " + job + " known");
        if (!job.known()) {
            job.knownAt = time.nanos();
        }
    }

    /** Whether this end has been known for longer than the log's age. */
    boolean isOld(Job job) {
        return isOld(job.knownAt);
    }

    /** Whether the log may have dropped, for its age, what it was told then. */
    boolean isOld(long toldAt) {
        return time.nanos() - toldAt >= setup.retention().maxAge().toNanos();
    }

    /** Whether the log has dropped this end, which it may only do where its other limits are low. */
    boolean isLost(Job job) {
        boolean lost = !gateway.remembers(job);
        if (lost && !setup.tight()) {
            throw new Violation(Promise.ALL_IS_TOLD, "the end of " + job.id + " is forgotten after "
                    + Duration.ofNanos(time.nanos() - job.knownAt));
        }
        return lost;
    }

    // What happens

    void perform(Step step) {
        tell(step.toString());
        switch (step) {
            case Step.Pass pass -> time.pass(pass.time());
            case Step.Submit submit -> tab(submit.tab()).ifPresent(this::submit);
            case Step.Progress progress -> job(progress.job()).ifPresent(backend::progresses);
            case Step.End end -> job(end.job()).ifPresent(job -> backend.ends(job, end.well()));
            case Step.Lie lie -> job(lie.job()).ifPresent(job -> backend.lies(job, lie.kind()));
            case Step.Cut cut -> backend.cut();
            case Step.Serve serve -> backend.serves(serve.how());
            case Step.Answer answer -> backend.answers(answer.how());
            case Step.Restart restart -> backend.restarts(restart.forgetting());
            case Step.RefuseOnce refuse -> backend.refusesOnce();
            case Step.Open open -> open(open);
            case Step.Leave leave -> tab(leave.tab()).ifPresent(tab -> tab.leaves(leave.lost()));
            case Step.Return back -> tab(back.tab()).ifPresent(tab -> tab.returns(back.cursor()));
            case Step.Stall stall -> tab(stall.tab()).flatMap(tab -> tab.connection).ifPresent(Connection::stalls);
            case Step.Take take -> tab(take.tab()).flatMap(tab -> tab.connection).ifPresent(Connection::takes);
            case Step.Switch to -> tab(to.tab()).ifPresent(tab -> tab.switches(to.transport()));
            case Step.Widen widen -> tab(widen.tab()).ifPresent(Tab::widens);
            case Step.Ask ask -> tab(ask.tab()).ifPresent(tab -> ask(tab, ask.job()));
            case Step.Cancel cancel -> tab(cancel.tab()).ifPresent(tab -> cancel(tab, cancel.job()));
            case Step.Redeploy redeploy -> redeploy(redeploy.away());
            case Step.Renew renew -> renew(user(renew.user()), renew.lifetime());
            case Step.SignOut out -> signOut(user(out.user()));
            case Step.SignIn in -> user(in.user()).signsIn(in.lifetime());
            case Step.Flag flag -> gateway.flag(flag.transport());
            case Step.Jump jump -> {
                time.jump(jump.by());
                jumpedAt = time.nanos();
            }
        }
        time.pass(Duration.ZERO);
        check();
    }

    /** What is seen from within the gateway, which survives whatever is thrown at it. */
    void watched(Runnable seen) {
        try {
            seen.run();
        } catch (Violation violation) {
            first = first.or(() -> Optional.of(violation));
            throw violation;
        }
    }

    /** Tells the story while it happens, where somebody wants to hear it. */
    void tell(String what) {
        if (TELLING) {
            System.out.println(Duration.ofNanos(time.nanos() - 1_000_000_000_000L) + " " + what);
        }
    }

    private void check() {
        if (first.isPresent()) {
            throw first.get();
        }
        tabs.forEach(tab -> tab.connection.ifPresent(Connection::check));
    }

    private User user(int number) {
        return users.get(number % users.size());
    }

    private Optional<Tab> tab(int number) {
        return tabs.isEmpty() ? Optional.empty() : Optional.of(tabs.get(number % tabs.size()));
    }

    private Optional<Job> job(int number) {
        List<Job> all = List.copyOf(jobs());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(number % all.size()));
    }

    private void open(Step.Open open) {
        User user = user(open.user());
        Set<String> names = new LinkedHashSet<>();
        List<Job> all = List.copyOf(jobs());
        for (int i = 0; i < open.names() && i < all.size(); i++) {
            names.add(all.get(all.size() - 1 - i).id);
        }
        Tab tab = new Tab(this, tabs.size(), user, open.byCookie(), open.transport(), names);
        tabs.add(tab);
        tab.connect();
    }

    private void redeploy(Duration away) {
        Drain drain = gateway.drained();
        for (Optional<Duration> pause = drain.step(time.nanos()); pause.isPresent(); pause = drain.step(time.nanos())) {
            time.pass(pause.get());
        }
        // What was admitted just before begins only to hear goodbye, and the server takes longer than that to go
        time.pass(Duration.ofMillis(50));
        String left = gateway.connected();
        if (!left.isEmpty()) {
            throw new Violation(Promise.NOTHING_IS_LEFT, "after the drain there is still: " + left);
        }
        gateway.stop();
        down = true;
        deployment++;
        time.pass(away);
        jobs().forEach(job -> {
            job.knownAt = 0;
            job.heard = 0;
        });
        Transport transport = gateway.choice("anybody");
        gateway = new Gateway(time, random, backend, setup);
        gateway.flag(transport);
        down = false;
    }

    private void cancel(Tab tab, int number) {
        Optional<Caller> caller = tab.user.caller(tab.byCookie);
        Optional<Job> job = job(number);
        if (caller.isPresent() && job.isPresent()) {
            gateway.cancel(caller.get(), job.get().id).whenComplete((cancelled, failure) -> {
                if (failure == null && cancelled && !job.get().user.equals(tab.user.name)) {
                    throw new Violation(Promise.ONLY_TO_WHOM_IT_BELONGS, tab + " has cancelled somebody else's " + job.get());
                }
            });
        }
    }

    private void submit(Tab tab) {
        int asked = deployment;
        tab.user.caller(tab.byCookie).ifPresent(caller -> gateway.submit(caller).whenComplete((id, failure) -> {
            if (failure == null && asked == deployment && (tab.names.isEmpty() || tab.names.contains(id.value()))) {
                tab.memory.waiting.add(id.value());
                if (tab.memory.ended.containsKey(id.value())) {
                    tab.memory.waiting.remove(id.value());
                }
            }
        }));
    }

    private void ask(Tab tab, int number) {
        Optional<Caller> caller = tab.user.caller(tab.byCookie);
        Optional<Job> job = job(number);
        if (caller.isPresent() && job.isPresent()) {
            gateway.latest(caller.get(), job.get().id).whenComplete((entry, failure) -> {
                if (failure == null && entry.isPresent() && !job.get().user.equals(tab.user.name)) {
                    throw new Violation(Promise.ONLY_TO_WHOM_IT_BELONGS, tab + " is answered about somebody else's " + job.get());
                }
            });
        }
    }

    private void renew(User user, Duration lifetime) {
        user.renews(lifetime).ifPresent(before -> {
            Caller fresh = user.cookie().orElseThrow();
            ofSession(user, connection -> connection.authorized(fresh));
            gateway.renew(before, fresh);
        });
    }

    private void signOut(User user) {
        user.signsOut().ifPresent(caller -> {
            ofSession(user, Connection::signedOut);
            gateway.signOut(caller);
        });
    }

    private void ofSession(User user, java.util.function.Consumer<Connection> told) {
        tabs.stream().filter(tab -> tab.user == user && tab.byCookie).flatMap(tab -> tab.connection.stream())
                .toList().forEach(told);
    }

    // How it ends

    /** Everything works again and every job comes to its end; then nobody may wait for anything. */
    void calmDown() {
        backend.heals();
        gateway.flag(Transport.SSE);
        users.forEach(user -> user.signsIn(LONG));
        tabs.forEach(tab -> tab.connection.ifPresent(Connection::takes));
        time.pass(Duration.ofSeconds(20));
        List.copyOf(jobs()).forEach(job -> backend.ends(job, random.nextBoolean()));
        for (int i = 0; i < 30; i++) {
            time.pass(Duration.ofSeconds(5));
            users.forEach(user -> user.signsIn(LONG));
        }
        check();
        tabs.stream().filter(Tab::connected).forEach(Tab::waitsForNothing);
    }

    /** Everybody goes, and time passes; then nothing may be left of them. */
    void everybodyGoes() {
        tabs.forEach(Tab::goes);
        time.pass(Duration.ofSeconds(60));
        time.strides(20);
        time.pass(setup.retention().maxAge().multipliedBy(8).plusSeconds(60));
        String left = gateway.leftovers();
        int streams = backend.openStreams() - (setup.stream().equals("shared") ? 1 : 0);
        if (streams > 0) {
            left += streams + " streams of the backend; ";
        }
        if (time.pending() > 0) {
            left += time.pending() + " timers; ";
        }
        if (!left.isEmpty()) {
            throw new Violation(Promise.NOTHING_IS_LEFT, "when all have gone there is still: " + left);
        }
    }
}

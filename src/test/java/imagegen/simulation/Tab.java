package imagegen.simulation;

import imagegen.access.Caller;
import imagegen.delivery.Asked;
import imagegen.log.Entry;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.rollout.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A client: connects, reads, comes back by itself with its last cursor when its connection ends, and remembers what it
 * was told. What it is told must be true and, with what it knew, complete.
 */
final class Tab {

    private static final Duration POLL_PATIENCE = Duration.ofSeconds(10);
    private static final int REMEMBERED = 40;

    final World world;
    final int number;
    final User user;
    final boolean byCookie;
    Set<String> names;
    Transport transport;
    Memory memory = new Memory();
    private final List<Memory> past = new ArrayList<>();
    /** Requests of whose end it was told once, whatever gap came later. */
    private final Set<String> over = new HashSet<>();
    Optional<Connection> connection = Optional.empty();
    /** It wants to be connected. */
    private boolean present = true;
    private boolean comingBack;
    /** What it is about to ask for by name. */
    private final Set<String> lookingUp = new LinkedHashSet<>();
    private boolean asking;
    /** A cursor that must not be taken for a place in this user's log, presented once. */
    private Optional<String> wrongCursor = Optional.empty();

    Tab(World world, int number, User user, boolean byCookie, Transport transport, Set<String> names) {
        this.world = world;
        this.number = number;
        this.user = user;
        this.byCookie = byCookie;
        this.transport = transport;
        this.names = names;
        begin();
    }

    // What befalls it

    void leaves(int lost) {
        present = false;
        disconnect();
        if (lost > 0 && !past.isEmpty()) {
            goBackTo(past.get(Math.max(0, past.size() - lost)));
        }
    }

    void returns(Step.Presented presented) {
        disconnect();
        present = true;
        switch (presented) {
            case LAST -> { }
            case OLD -> {
                if (!past.isEmpty()) {
                    goBackTo(past.get(world.random.nextInt(past.size())));
                }
            }
            case NONE -> begin();
            case FOREIGN -> wrongCursor = world.cursorOfAnother(user);
            case FORGED -> wrongCursor = Optional.of(world.random.nextBoolean() ? "abcdefghij-5"
                    : memory.cursor.map(cursor -> cursor.replaceAll("-.*", "-zzzzz")).orElse("..")); 
        }
        connect();
    }

    void switches(Transport to) {
        transport = to;
        disconnect();
        present = true;
        connect();
    }

    void widens() {
        names = Set.of();
        disconnect();
        present = true;
        connect();
    }

    /** It is gone for good. */
    void goes() {
        present = false;
        disconnect();
    }

    private void disconnect() {
        connection.ifPresent(Connection::leaves);
        connection = Optional.empty();
    }

    private void goBackTo(Memory then) {
        Set<String> waited = Set.copyOf(memory.waiting);
        memory = then.copy();
        // A page that has lost updates still knows what it submitted
        waited.stream().filter(job -> !over.contains(job)).forEach(memory.waiting::add);
    }

    /** Knows nothing but what its user submitted or names; what the log has forgotten by now can't be expected. */
    private void begin() {
        memory = new Memory();
        past.clear();
        names.stream().filter(id -> world.job(id).filter(job -> job.user.equals(user.name)).isPresent())
                .filter(id -> !over.contains(id)).forEach(memory.waiting::add);
        excuseWhatIsForgotten();
        lookUp();
    }

    /**
     * A page that does not know what it has missed asks for everything that it waits for; what it is told so needs no
     * update any more. Another client lets go of what neither it nor the gateway has a name for.
     */
    private void lookUp() {
        if (byCookie) {
            lookingUp.addAll(memory.waiting);
            askAgain(Duration.ZERO);
        } else {
            memory.waiting.removeIf(id -> memory.excused.contains(id)
                    || !names.contains(id) && !world.gateway.knows(world.job(id).orElseThrow()));
        }
    }

    private void askAgain(Duration delay) {
        if (!asking && !lookingUp.isEmpty()) {
            asking = true;
            world.time.after(delay, () -> {
                asking = false;
                if (present) {
                    lookingUp.removeIf(id -> !memory.waiting.contains(id));
                    user.caller(byCookie).filter(caller -> !world.down()).ifPresent(caller -> List.copyOf(lookingUp)
                            .forEach(id -> world.gateway.latest(caller, id).whenComplete((entry, failure) -> {
                                if (failure == null) {
                                    lookingUp.remove(id);
                                    answered(id, entry);
                                }
                            })));
                    askAgain(Duration.ofSeconds(5));
                }
            });
        }
    }

    private void answered(String id, Optional<Entry> entry) {
        if (entry.isEmpty() || entry.get().terminal()) {
            memory.waiting.remove(id);
        }
    }

    private void excuseWhatIsForgotten() {
        for (Job job : world.jobs()) {
            if (job.known() && job.user.equals(user.name) && !memory.ended.containsKey(job.id)
                    && (world.isOld(job) || world.isLost(job))) {
                memory.excused.add(job.id);
            } else if (job.user.equals(user.name) && !job.known()
                    && (world.isOld(job.heardAt) || !world.gateway.knows(job))) {
                memory.missed.put(job.id, job.heard);
            }
        }
    }

    // Connecting

    boolean connected() {
        return connection.isPresent();
    }

    void connect() {
        Optional<Caller> caller = user.caller(byCookie);
        if (!present || connected()) {
            return;
        }
        if (caller.isEmpty() || world.down()) {
            comeBackIn(Duration.ofSeconds(2));
            return;
        }
        boolean polls = transport == Transport.POLLING;
        Optional<String> cursor = wrongCursor.or(() -> memory.cursor);
        if (cursor.isEmpty()) {
            begin();
        }
        Connection opening = new Connection(this, transport, caller.get(), cursor.isPresent());
        connection = Optional.of(opening);
        Asked asked = Asked.of(names, cursor.orElse(null), null);
        try {
            if (polls) {
                opening.waits = world.random.nextBoolean();
                opening.poll = world.gateway.poll(caller.get(), asked,
                        opening.waits ? POLL_PATIENCE : Duration.ZERO, opening);
            } else {
                world.gateway.open(transport, caller.get(), asked, opening::fedBy);
            }
        } catch (ProblemException refused) {
            connection = Optional.empty();
            if (refused.problem().is(ProblemType.TRANSPORT_SWITCHED_OFF)) {
                transport = world.gateway.choice(user.name);
            }
            if (refused.problem().is(ProblemType.TOO_MANY_STREAMS) && world.streams(user) < world.setup.streams()) {
                throw new Violation(Promise.EVERY_CONNECTION_LIVES, this + " is refused, with only " + world.streams(user) + " streams open");
            }
            comeBackIn(Duration.ofMillis(500));
            return;
        }
        if (world.streams(user) > world.setup.streams()) {
            throw new Violation(Promise.NOTHING_IS_LEFT, this + " is admitted as one of " + world.streams(user));
        }
    }

    /** What it was admitted for begins: what the log has forgotten since is not in it. */
    void begins() {
        if (memory.cursor.isEmpty()) {
            excuseWhatIsForgotten();
        }
    }

    void comeBackIn(Duration delay) {
        if (!comingBack) {
            comingBack = true;
            world.time.after(delay, () -> {
                comingBack = false;
                connect();
            });
        }
    }

    /** The connection is over, whoever ended it. */
    void ended(Connection which) {
        if (connection.filter(which::equals).isPresent()) {
            connection = Optional.empty();
            if (present) {
                comeBackIn(Duration.ofMillis(200 + world.random.nextInt(2000)));
            }
        }
    }

    // Reading

    void told(Said said) {
        world.tell(this + " is told " + said);
        Optional<Job> job = world.job(said.job());
        if (job.isEmpty() || !job.get().user.equals(user.name)) {
            throw new Violation(Promise.ONLY_TO_WHOM_IT_BELONGS, this + " is told of somebody else's " + said.job());
        }
        if (!names.isEmpty() && !names.contains(said.job())) {
            throw new Violation(Promise.ONLY_WHAT_IS_SO, this + " is told of " + said.job() + ", which it did not ask for");
        }
        past.add(memory.copy());
        if (past.size() > REMEMBERED) {
            past.removeFirst();
        }
        try {
            if (world.setup.forgetful()) {
                memory.repeatable.add(said.job());
            }
            memory.take(said, job);
            if (memory.ended.containsKey(said.job())) {
                over.add(said.job());
            }
        } catch (Violation violation) {
            throw new Violation(violation.promise(), this + ": " + violation.getMessage());
        }
    }

    /** The first verdict after a cursor was presented, or one in the middle of a stream. */
    void verdict(String verdict, boolean first) {
        world.tell(this + " is told: " + verdict + ", having presented " + wrongCursor.or(() -> memory.cursor));
        if (first && wrongCursor.isPresent() && !verdict.equals("unknown")) {
            throw new Violation(Promise.ALL_IS_TOLD, this + " presented " + wrongCursor.get() + " and was told " + verdict);
        }
        wrongCursor = first ? Optional.empty() : wrongCursor;
        switch (verdict) {
            case "complete" -> { }
            case "unknown" -> begin();
            // It goes on from where it was, without what has been forgotten since
            default -> {
                excuseWhatIsForgotten();
                memory.ended.keySet().stream().filter(id -> !world.gateway.remembers(world.job(id).orElseThrow()))
                        .forEach(memory.repeatable::add);
                lookUp();
            }
        }
    }

    /** A place to go on from without an update, as polls are told. */
    void next(String cursor) {
        memory.cursor = Optional.of(cursor);
    }

    /** What it should have been told by now, being connected and ready. */
    void owesNothing() {
        for (Job job : world.jobs()) {
            if (!job.user.equals(user.name) || !names.isEmpty() && !names.contains(job.id)
                    || memory.ended.containsKey(job.id)) {
                continue;
            }
            if (job.known() && !memory.excused.contains(job.id)) {
                throw new Violation(Promise.ALL_IS_TOLD, this + " was not told of the end of " + job.id);
            }
            int told = Math.max(memory.percent.getOrDefault(job.id, 0), memory.missed.getOrDefault(job.id, 0));
            if (!job.known() && told < job.heard && !memory.guessed.contains(job.id)) {
                throw new Violation(Promise.ALL_IS_TOLD, this + " was not told that " + job.id + " has got to " + job.heard + " %");
            }
        }
    }

    /** Everything has calmed down long ago: nothing is waited for any more. */
    void waitsForNothing() {
        for (String id : memory.waiting) {
            Job job = world.job(id).orElseThrow();
            boolean saidOfUs = memory.guessed.contains(id) && job.end.isEmpty();
            boolean unheardOf = job.forgotten && !world.gateway.knows(job);
            if (!saidOfUs && !unheardOf) {
                throw new Violation(Promise.EVERY_WAIT_ENDS, this + " still waits for " + id + ", of which the backend says "
                        + (job.forgotten ? "it knows nothing of it" : job.end.orElse("nothing")));
            }
        }
    }

    @Override
    public String toString() {
        return "tab " + number + " of " + user.name + " (" + transport.wireName()
                + (names.isEmpty() ? "" : " for " + names) + ")";
    }
}

package imagegen.log;

import static imagegen.redis.Redis.utf8;

import imagegen.lease.Fence;
import imagegen.redis.Redis;
import imagegen.redis.Script;
import imagegen.time.Time;
import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** This node's copy of one user's log in Redis, and what keeps it up to date. Any thread. */
final class Replica implements Redis.Listener {

    static final Script READ = Script.of(Replica.class, "read.lua");
    static final Script LOOK = Script.of(Replica.class, "look.lua");

    private static final Duration LOOK_EVERY = Duration.ofSeconds(15);
    /** So many times the age limit a user's keys outlast what was done with them last. */
    private static final int PATIENCE = 6;

    /** What must be so, for an update to be taken. */
    enum Condition {
        NONE, UNKNOWN, NOT_ENDED
    }

    final UserKeys keys;
    final UpdateLog log;
    private final Redis redis;
    private final Retention retention;
    private final Time time;
    private final CompletableFuture<UpdateLog> ready = new CompletableFuture<>();
    /** Reads that are wanted; above 0 while one is under way. */
    private final AtomicInteger wanted = new AtomicInteger();
    private volatile long lookedAt;
    /** The run of the server that the log was read from last; empty before the first time. */
    private volatile String run = "";

    Replica(Redis redis, UserKeys keys, Retention retention, UpdateLog log, Time time) {
        this.redis = redis;
        this.keys = keys;
        this.retention = retention;
        this.log = log;
        this.time = time;
        this.lookedAt = time.nanos();
        redis.subscribe(keys.channel, this);
        if (redis.state().up()) {
            read();
        } else {
            goOnAlone();
        }
    }

    /** Complete once there is something to say, from Redis or, while that is down, without it. */
    CompletionStage<UpdateLog> ready() {
        return ready;
    }

    Optional<Reader> open(Optional<Cursor> after, Set<RequestId> only, Runnable wake) {
        if (!redis.state().up()) {
            // Known here before this copy was told
            goOnAlone();
        }
        Optional<Reader> reader = log.open(after, only, wake, time.nanos());
        if (log.awaitedByReaders()) {
            // Its cursor may be of an update that is on its way here
            read();
        }
        return reader;
    }

    /** Redis can't be told now. */
    Optional<Outcome> appendAlone(Update update, boolean onlyAsFirst) {
        goOnAlone();
        return log.append(update, time.nanos(), onlyAsFirst, true);
    }

    @Override
    public void heard(byte[] message) {
        if (!log.follow(Answers.Told.of(message, time.nanos()))) {
            read();
        }
    }

    /** An update of this node's own was appended. */
    void heard(byte[] head, byte[] json, Update update, boolean onlyAsFirst) {
        if (log.follow(Answers.Told.of(Answers.text(head), json, time.nanos()))) {
            return;
        }
        if (log.cutOff()) {
            log.append(update, time.nanos(), onlyAsFirst, false);
        }
        read();
    }

    @Override
    public void listening() {
        look();
    }

    /** To be called every few seconds. */
    void checkNowAndThen() {
        Redis.State state = redis.state();
        if (log.cutOff() && state.up() && wanted.get() == 0) {
            read();
        } else if (time.passed(LOOK_EVERY, lookedAt) && log.hasReaders()) {
            look();
        }
    }

    /** Whether something has passed this node by. */
    private void look() {
        lookedAt = time.nanos();
        redis.run(LOOK, keys.user, keys.all(), new byte[][] {keep()}, (answer, failure) -> {
            if (failure == null) {
                List<?> found = (List<?>) answer;
                Cursor here = log.position();
                if (!here.epoch().equals(Answers.text(found.get(0)))
                        || Place.parse(Answers.text(found.get(1))) > here.sequence()) {
                    read();
                }
            }
        });
    }

    void redisChanged(Redis.State state) {
        if (state.up()) {
            read();
        } else {
            goOnAlone();
        }
    }

    private void goOnAlone() {
        log.goOnAlone();
        ready.complete(log);
    }

    /** Sends what Redis has not been told, or has lost; whatever is read after that has it. */
    private void sendWhatItLacks(String itsRun) {
        if (!itsRun.equals(run)) {
            log.sent().forEach(entry -> send(entry, entry.terminal() ? Condition.NOT_ENDED : Condition.UNKNOWN));
        }
        log.unsent().forEach(entry -> send(entry, Condition.NONE));
    }

    private void send(Entry entry, Condition condition) {
        redis.run(RedisLogs.APPEND, keys.user, keys.all(), appending(keys, retention, entry.requestId(),
                entry.terminal(), entry.json(), condition, log.lastSequence(), Fence.NONE),
                (answer, failure) -> { });
    }

    /** Reads what this copy has not got; once more if that is wanted again meanwhile. */
    void read() {
        if (wanted.getAndIncrement() == 0) {
            readNow();
        }
    }

    private void readNow() {
        int seen = wanted.get();
        long read = log.beginRead();
        long sentThrough = log.lastSequence();
        Cursor from = log.position();
        Redis.State state = redis.state();
        if (log.cutOff()) {
            sendWhatItLacks(state.run());
        }
        redis.run(READ, keys.user, keys.all(), new byte[][] {utf8(Epoch.random()), keep(), utf8(from.epoch()),
                utf8(Place.format(from.sequence()))}, (answer, failure) -> {
            if (failure != null || redis.state() != state) {
                // What was sent is lost with the server that was told
                goOnAlone();
            } else if (log.fill(snapshot((List<?>) answer), read, sentThrough, time.nanos())) {
                run = state.run();
                ready.complete(log);
            } else {
                wanted.incrementAndGet();
            }
            if (wanted.addAndGet(-seen) > 0) {
                readNow();
            }
        });
    }

    private Snapshot snapshot(List<?> answer) {
        long now = time.nanos();
        return Answers.snapshot(answer, age -> now - Duration.ofMillis(age).toNanos());
    }

    /** Nobody reads it here any more. */
    void end() {
        redis.unsubscribe(keys.channel);
    }

    private byte[] keep() {
        return keep(retention);
    }

    private static byte[] keep(Retention retention) {
        return utf8(Long.toString(retention.maxAge().toMillis() * PATIENCE));
    }

    /** The arguments of an append. */
    static byte[][] appending(UserKeys keys, Retention retention, RequestId id, boolean terminal, byte[] json,
                              Condition condition, long after, Fence fence) {
        return new byte[][] {utf8(Epoch.random()), utf8(id.value()), utf8(terminal ? "T" : "P"), json,
                utf8(Integer.toString(condition.ordinal())), utf8(Integer.toString(retention.maxUpdates())),
                utf8(Long.toString(retention.maxBytes())), utf8(Long.toString(retention.maxAge().toMillis())),
                keep(retention), utf8(keys.channel), utf8(Place.format(after)), fence.claim()};
    }
}

package imagegen.log;

import imagegen.lease.Fence;
import imagegen.redis.Redis;
import imagegen.redis.Script;
import imagegen.time.Time;
import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Update;
import imagegen.update.UpdateCodec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The logs that several nodes share, in Redis; this node keeps copies of those that are read here.
 *
 * <p>An update goes to Redis, which decides about it and gives it its place, then into the copies: this node's with the
 * answer, the others' by a nudge. A nudge that says that another went before it, a line that was broken, and a look now
 * and then make a node read what it has not got.
 *
 * <p>While Redis is down the copies go on alone, under epochs of their own; what they were told meanwhile is sent
 * when it is up again. If it is another server then, or the same without its memory, all epochs are new and all
 * readers are told of a gap.
 */
public final class RedisLogs implements Logs {

    static final Script APPEND = Script.of(RedisLogs.class, "append.lua");

    /** Appends that may wait for Redis: some ten megabytes, a second's worth of a busy node. */
    private static final int MAX_WAITING = 20_000;

    private final Redis redis;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Retention retention;
    private final Time time;
    private final LogTable<Replica> replicas;

    public RedisLogs(Redis redis, Retention retention, Time time) {
        this.redis = redis;
        this.retention = retention;
        this.time = time;
        this.replicas = new LogTable<>(retention, time::nanos, (user, totalBytes) -> new Replica(
                redis, new UserKeys(redis, user), retention, UpdateLog.awaited(retention, totalBytes, time.nanos()), time),
                replica -> replica.log, Replica::end);
        redis.watch(state -> replicas.all().forEach(replica -> replica.redisChanged(state)));
    }

    @Override
    public CompletionStage<Outcome> append(String user, Update update, Fence fence) {
        return append(user, update, false, fence);
    }

    @Override
    public CompletionStage<Outcome> begin(String user, Update first) {
        return append(user, first, true, Fence.NONE);
    }

    private CompletionStage<Outcome> append(String user, Update update, boolean onlyAsFirst, Fence fence) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            redis.giveUp();
        }
        CompletableFuture<Outcome> stage = new CompletableFuture<>();
        byte[] json = UpdateCodec.encode(update);
        Replica here = replicas.get(user);
        UserKeys keys = here != null ? here.keys : new UserKeys(redis, user);
        byte[][] arguments = Replica.appending(keys, retention, update.requestId(), update.terminal(), json,
                onlyAsFirst ? Replica.Condition.UNKNOWN : Replica.Condition.NONE,
                here == null ? 0 : here.log.lastSequence(), fence);
        redis.run(APPEND, user, keys.all(fence), arguments, (answer, failure) -> {
            waiting.decrementAndGet();
            try {
                stage.complete(failure == null ? appended(user, update, json, onlyAsFirst, (List<?>) answer)
                        : alone(user, update, onlyAsFirst));
            } catch (RuntimeException e) {
                stage.completeExceptionally(e);
                throw e;
            }
        });
        return stage;
    }

    private Outcome appended(String user, Update update, byte[] json, boolean onlyAsFirst, List<?> answer) {
        Outcome outcome = Outcome.valueOf(Answers.text(answer.get(0)));
        if (outcome == Outcome.APPENDED) {
            Replica here = replicas.get(user);
            if (here != null) {
                here.heard((byte[]) answer.get(1), json, update, onlyAsFirst);
            }
        }
        return outcome;
    }

    /** Nobody else can be told: the copy takes it, and sends it later. */
    private Outcome alone(String user, Update update, boolean onlyAsFirst) {
        Optional<Outcome> outcome;
        do {
            outcome = replicas.getOrBegin(user).appendAlone(update, onlyAsFirst);
        } while (outcome.isEmpty());
        replicas.appended();
        return outcome.get();
    }

    @Override
    public Reader open(String user, Optional<Cursor> after, Set<RequestId> only, Runnable wake) {
        Optional<Reader> reader;
        do {
            reader = replicas.getOrBegin(user).open(after, only, wake);
        } while (reader.isEmpty());
        return reader.get();
    }

    @Override
    public CompletionStage<Optional<Entry>> latest(String user, RequestId id) {
        Replica here = replicas.getOrBegin(user);
        return here.ready().thenApply(log -> log.latest(id));
    }

    @Override
    public CompletionStage<List<RequestId>> unfinished(String user) {
        Replica here = replicas.getOrBegin(user);
        return here.ready().thenApply(UpdateLog::unfinished);
    }

    /** Drops what is too old, and what is left of users who have gone; to be called every few seconds. */
    public void sweep() {
        replicas.sweep();
        replicas.all().forEach(Replica::checkNowAndThen);
    }

    /** How many users this node remembers. */
    public int users() {
        return replicas.size();
    }

    /** About how many bytes of this node's heap the updates of all users take. */
    public long bytes() {
        return replicas.bytes();
    }
}

package imagegen.intake;

import com.github.benmanes.caffeine.cache.Caffeine;
import imagegen.backend.Submission;
import imagegen.lease.Deeds;
import imagegen.time.Time;
import imagegen.update.RequestId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Remembers what was submitted under which key, so that a repeat, also one that comes while the first is still under
 * way, gets the first one's answer and makes no second job, whichever nodes they come to.
 *
 * <p>Bounded per user in number and age; the oldest goes first, but never one under way. A submit that failed is
 * forgotten at once, since its repeat should try. What another node submits is waited for as long as that node lives. Of
 * a prompt only a hash is kept. Any thread; somebody has to {@link #tick}.
 */
final class SubmitKeys {
    private final Time time;
    private final Duration maxAge;
    private final int maxKeys;
    private final Deeds deeds;
    private final ConcurrentMap<String, Map<String, Submitted>> users;
    /** What to ask of the other nodes again. */
    private final Queue<Runnable> elsewhere = new ConcurrentLinkedQueue<>();

    /** @param deeds what was submitted at other nodes too */
    SubmitKeys(Time time, Deeds deeds, Duration maxAge, int maxKeys) {
        this.time = time;
        this.deeds = deeds;
        this.maxAge = maxAge;
        this.maxKeys = maxKeys;
        // Users who do not submit any more go as others submit; nobody has to walk through them all.
        this.users = Caffeine.newBuilder().ticker(time::nanos).executor(Runnable::run).expireAfterWrite(maxAge)
                .<String, Map<String, Submitted>>build().asMap();
    }

    /** How many users are remembered. */
    int users() {
        return users.size();
    }

    /**
     * Submits, or answers as the first submit under this key does.
     *
     * @return ends with a {@link KeyConflict} if the key was used for something else
     */
    CompletionStage<RequestId> once(
            String user, String key, Submission submission, Supplier<CompletionStage<RequestId>> submit) {
        var mine = new Submitted(hash(submission), time.nanos(), new CompletableFuture<>());
        var first = new Submitted[1];
        users.compute(user, (name, present) -> {
            var keys = present == null ? new LinkedHashMap<String, Submitted>() : present;
            expire(keys);
            first[0] = keys.get(key);
            if (first[0] == null) {
                makeRoom(keys);
                keys.put(key, mine);
            }
            return keys;
        });
        if (first[0] != null) {
            return first[0].hash().equals(mine.hash())
                    ? first[0].answer().copy() : CompletableFuture.failedStage(new KeyConflict());
        }
        begin(user, key, mine, submit);
        return mine.answer().copy();
    }

    /** Asks again for what other nodes were submitting. */
    void tick() {
        for (int left = elsewhere.size(); left > 0; left--) {
            elsewhere.remove().run();
        }
    }

    private void begin(String user, String key, Submitted mine, Supplier<CompletionStage<RequestId>> submit) {
        deeds.begin(user, key, mine.hash()).thenAccept(standing -> {
            switch (standing) {
                case Deeds.Ours ours -> submit(user, key, mine, submit);
                case Deeds.Elsewhere other -> elsewhere.add(() -> begin(user, key, mine, submit));
                case Deeds.Done done -> mine.answer().complete(new RequestId(done.result()));
                case Deeds.Conflict conflict -> fail(user, key, mine, new KeyConflict());
            }
        });
    }

    private void submit(String user, String key, Submitted mine, Supplier<CompletionStage<RequestId>> submit) {
        submit.get().whenComplete((id, failure) -> {
            if (failure != null) {
                deeds.undone(user, key, mine.hash());
                fail(user, key, mine, failure);
            } else {
                deeds.done(user, key, mine.hash(), id.value());
                mine.answer().complete(id);
            }
        });
    }

    private void fail(String user, String key, Submitted mine, Throwable failure) {
        forget(user, key, mine);
        mine.answer().completeExceptionally(failure);
    }

    private void forget(String user, String key, Submitted mine) {
        users.computeIfPresent(user, (name, keys) -> {
            keys.remove(key, mine);
            return keys.isEmpty() ? null : keys;
        });
    }

    // This and the next are called inside the map's compute for that user.
    private void expire(Map<String, Submitted> keys) {
        keys.values().removeIf(it -> it.answer().isDone() && time.passed(maxAge, it.at()));
    }

    private void makeRoom(Map<String, Submitted> keys) {
        for (var all = keys.values().iterator(); keys.size() >= maxKeys && all.hasNext(); ) {
            if (all.next().answer().isDone()) {
                all.remove();
            }
        }
    }

    private static String hash(Submission submission) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var text = submission.width() + "x" + submission.height() + 'x' + submission.count() + ' '
                    + submission.style().map(it -> it.length() + ":" + it).orElse("-") + ' '
                    + submission.more() + ' ' + submission.prompt();
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private record Submitted(String hash, long at, CompletableFuture<RequestId> answer) {}
}

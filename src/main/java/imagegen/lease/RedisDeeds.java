package imagegen.lease;

import imagegen.redis.Redis;
import imagegen.redis.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Deeds in a Redis that the nodes share: one hash per user, bounded in number and age; the oldest goes first, but never
 * one under way. What a node does counts as under way for as long as that node lives.
 *
 * <p>While Redis can't be asked each node does what it is asked for.
 */
final class RedisDeeds implements Deeds {

    private static final Script BEGIN = Script.of(RedisDeeds.class, "begin.lua");
    private static final Script END = Script.of(RedisDeeds.class, "end.lua");

    private final Redis redis;
    private final Supplier<String> node;
    private final Duration age;
    private final int most;

    /** @param node as what this node gives signs of life now */
    RedisDeeds(Redis redis, Supplier<String> node, Duration age, int most) {
        this.redis = redis;
        this.node = node;
        this.age = age;
        this.most = most;
    }

    @Override
    public CompletionStage<Standing> begin(String user, String key, String content) {
        CompletableFuture<Standing> standing = new CompletableFuture<>();
        redis.run(BEGIN, user, keys(user), words(key, content, node.get(), redis.name("node:"),
                Long.toString(age.toMillis()), Integer.toString(most)), (answer, failure) -> {
            if (failure != null) {
                standing.complete(new Ours());
                return;
            }
            List<?> found = (List<?>) answer;
            standing.complete(switch (text(found.get(0))) {
                case "OURS" -> new Ours();
                case "DONE" -> new Done(text(found.get(1)));
                case "CONFLICT" -> new Conflict();
                default -> new Elsewhere();
            });
        });
        return standing;
    }

    @Override
    public void done(String user, String key, String content, String result) {
        end(user, key, content, result);
    }

    @Override
    public void undone(String user, String key, String content) {
        end(user, key, content, "");
    }

    private void end(String user, String key, String content, String result) {
        redis.run(END, user, keys(user), words(key, content, node.get(), result, Long.toString(age.toMillis())),
                (answer, failure) -> { });
    }

    private byte[][] keys(String user) {
        return words(redis.name(user, "deeds"));
    }

    private static byte[][] words(String... words) {
        return Arrays.stream(words).map(Redis::utf8).toArray(byte[][]::new);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}

package imagegen.lease;

import imagegen.redis.Redis;
import imagegen.redis.Script;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Counts in a Redis that the nodes share: one hash per user, node to count; those of nodes that no longer live do not
 * count. Without Redis each node counts its own only, and tells it with its first sign of life once Redis is up again.
 */
final class RedisCounts implements Counts {

    private static final Script COUNT = Script.of(RedisCounts.class, "count.lua");
    /** For how long a count is known that does not change. */
    private static final Duration AGE = Duration.ofDays(1);

    private final Redis redis;
    private final Supplier<String> node;
    private final String name;
    private final Map<String, Integer> here = new ConcurrentHashMap<>();
    private final Map<String, Integer> elsewhere = new ConcurrentHashMap<>();

    /**
     * @param node as what this node gives signs of life now
     * @param name of what is counted
     */
    RedisCounts(Redis redis, Supplier<String> node, String name) {
        this.redis = redis;
        this.node = node;
        this.name = name;
        redis.watch(state -> {
            if (!state.up()) {
                elsewhere.clear();
            }
        });
    }

    /** This node gives signs of life again: what it told without one may count as a dead node's, and be gone. */
    void tellAll() {
        here.keySet().forEach(this::look);
    }

    @Override
    public int elsewhere(String user) {
        return elsewhere.getOrDefault(user, 0);
    }

    @Override
    public void here(String user, int count) {
        here.compute(user, (same, before) -> {
            tell(user, count);
            return count == 0 ? null : count;
        });
    }

    @Override
    public void look(String user) {
        // In there, so that what is told last is what is so
        here.compute(user, (same, count) -> {
            tell(user, count == null ? 0 : count);
            return count;
        });
    }

    private void tell(String user, int count) {
        byte[][] keys = {Redis.utf8(redis.name(user, name))};
        byte[][] words = {Redis.utf8(node.get()), Redis.utf8(redis.name("node:")),
                Redis.utf8(Integer.toString(count)), Redis.utf8(Long.toString(AGE.toMillis()))};
        redis.run(COUNT, user, keys, words, (answer, failure) -> {
            int others = failure == null ? Math.toIntExact((Long) answer) : 0;
            if (others > 0 && here.containsKey(user)) {
                elsewhere.put(user, others);
            } else {
                // Whoever comes next asks; of users who are not here nothing is kept
                elsewhere.remove(user);
            }
        });
    }
}

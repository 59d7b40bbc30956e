package imagegen.rollout;

import imagegen.redis.Redis;
import imagegen.redis.Script;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys of the flag in a Redis that several nodes share, so that one edit moves all of them: a hash {@code flag}, in
 * which an operator sets and deletes fields. They win over all that a node has. Without Redis the last ones stay.
 *
 * <p>Any thread; nothing blocks. At most twice a second somebody who asks has Redis asked.
 */
final class SharedFlag {

    private static final Script READ = Script.of(SharedFlag.class, "flag.lua");
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

    private final Redis redis;
    private final AtomicLong nextLook = new AtomicLong(System.nanoTime());
    private volatile Map<String, String> values = Map.of();

    SharedFlag(Redis redis) {
        this.redis = redis;
    }

    /** As of the last look. */
    Optional<String> value(String key) {
        long due = nextLook.get();
        long now = System.nanoTime();
        if (now - due >= 0 && nextLook.compareAndSet(due, now + INTERVAL)) {
            look();
        }
        return Optional.ofNullable(values.get(key));
    }

    private void look() {
        redis.run(READ, "flag", new byte[][] {Redis.utf8(redis.name("flag"))}, new byte[0][], (answer, failure) -> {
            if (failure == null) {
                Map<String, String> read = new HashMap<>();
                List<?> all = (List<?>) answer;
                for (int i = 0; i + 1 < all.size(); i += 2) {
                    String key = text(all.get(i));
                    if (RolloutFile.belongsHere(key)) {
                        read.put(key, text(all.get(i + 1)));
                    }
                }
                values = Map.copyOf(read);
            }
        });
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}

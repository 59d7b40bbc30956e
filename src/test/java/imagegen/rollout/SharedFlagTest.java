package imagegen.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import imagegen.redis.FreshRedis;
import imagegen.redis.Redis;
import imagegen.redis.RedisProcess;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes, whose own configuration says that everybody has Server-Sent Events. */
class SharedFlagTest {

    @RegisterExtension
    static final FreshRedis REDIS = new FreshRedis();

    private static final Duration A_WHILE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Redis here = RedisProcess.client(REDIS.url(), Duration.ofMillis(500));
    private final Redis there = RedisProcess.client(REDIS.url(), Duration.ofMillis(500));
    private final TransportPolicy one = policy(here);
    private final TransportPolicy two = policy(there);

    private static TransportPolicy policy(Redis redis) {
        return new TransportPolicy(Optional.of(redis),
                key -> key.equals("image-gen.transport") ? Optional.of("sse") : Optional.empty());
    }

    @BeforeEach
    void start() {
        here.start();
        there.start();
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
    }

    @Test
    void oneEditMovesAllNodesAndBack() {
        both(Transport.SSE);
        REDIS.server().tell("HSET", "test:flag", "image-gen.transport", "websocket");
        both(Transport.WEBSOCKET);
        REDIS.server().tell("HSET", "test:flag", "image-gen.transport", "rollout", "image-gen.rollout.users", "alice");
        both(Transport.SSE);
        REDIS.server().tell("DEL", "test:flag");
        both(Transport.SSE);
    }

    @Test
    void whatIsWrongThereOrNotForThereChangesNothing() {
        REDIS.server().tell("HSET", "test:flag", "image-gen.transport", "polling");
        both(Transport.POLLING);
        REDIS.server().tell("HSET", "test:flag", "image-gen.transport", "pigeons", "mp.jwt.verify.issuer", "me");
        REDIS.server().tell("HSET", "test:flag", "image-gen.rollout.sse-percentage", "100");
        long began = System.nanoTime();
        while (System.nanoTime() - began < A_WHILE.toNanos()) {
            assertEquals(Transport.POLLING, one.choice("alice").transport());
            pause();
        }
    }

    @Test
    void withoutRedisTheLastEditHolds() {
        REDIS.server().tell("HSET", "test:flag", "image-gen.transport", "websocket");
        both(Transport.WEBSOCKET);
        here.giveUp();
        long began = System.nanoTime();
        while (!here.state().up() && System.nanoTime() - began < A_WHILE.toNanos()) {
            assertEquals(Transport.WEBSOCKET, one.choice("alice").transport());
            pause();
        }
    }

    /** What alice gets on both, before long. */
    private void both(Transport expected) {
        for (TransportPolicy node : new TransportPolicy[] {one, two}) {
            long began = System.nanoTime();
            while (node.choice("alice").transport() != expected && System.nanoTime() - began < PATIENCE.toNanos()) {
                pause();
            }
            assertEquals(expected, node.choice("alice").transport());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

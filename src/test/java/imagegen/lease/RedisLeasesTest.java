package imagegen.lease;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.redis.FreshRedis;
import imagegen.redis.Redis;
import imagegen.redis.RedisProcess;
import imagegen.time.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that could all do the same. */
class RedisLeasesTest {

    @RegisterExtension
    static final FreshRedis REDIS = new FreshRedis();

    private static final Duration LIFE = Duration.ofMillis(1500);

    private final List<Node> all = new ArrayList<>();
    private final Node one = new Node();
    private final Node two = new Node();

    private final class Node {
        private final Redis redis = RedisProcess.client(REDIS.url(), Duration.ofMillis(500));
        private final RedisLeases leases = new RedisLeases(redis, Time.system(), LIFE);
        private final Lease lease = leases.of("shared");
        private boolean paused;

        Node() {
            redis.start();
            all.add(this);
        }

        void wants() {
            lease.wanted(true);
        }

        String claim() {
            return new String(lease.fence().claim(), StandardCharsets.UTF_8);
        }
    }

    @AfterEach
    void stop() {
        all.forEach(node -> node.redis.close());
    }

    @Test
    void oneNodeHasItHoweverManyWantIt() {
        assertFalse(one.lease.ours(), "nobody has asked for it");
        one.wants();
        eventually(one.lease::ours);
        two.wants();
        eventually(() -> !two.lease.holder().isEmpty());
        passes(LIFE.multipliedBy(2));
        assertTrue(one.lease.ours());
        assertFalse(two.lease.ours());
        assertTrue(REDIS.server().tell("HGET", "test:lease:shared", "holder").contains(one.claim()));
    }

    @Test
    void whatIsGivenUpIsAnothersAtOnce() {
        one.wants();
        eventually(one.lease::ours);
        two.wants();
        eventually(() -> !two.lease.holder().isEmpty());
        one.leases.giveUp();
        assertFalse(one.lease.ours());
        // By the nudge alone: nobody ticks
        await(two.lease::ours, () -> { });
        one.wants();
        passes(LIFE);
        assertFalse(one.lease.ours(), "it is about to stop");
    }

    @Test
    void whatANodeHadThatDiedIsAnothers() {
        one.wants();
        eventually(one.lease::ours);
        two.wants();
        one.lease.tell("STREAMING 1", "event-7");
        eventually(() -> two.lease.note().equals("STREAMING 1"));
        eventually(() -> two.lease.place().equals("event-7"));
        one.redis.close();
        one.paused = true;
        long began = System.nanoTime();
        eventually(two.lease::ours);
        assertTrue(System.nanoTime() - began < LIFE.plusSeconds(2).toNanos());
        assertEquals("event-7", two.lease.place(), "where it is to go on");
    }

    @Test
    void aNodeThatWasPausedLearnsThatItLostAndItsFenceIsNotTakenBefore() {
        one.wants();
        eventually(one.lease::ours);
        two.wants();
        one.paused = true;
        eventually(two.lease::ours);
        assertTrue(one.lease.ours(), "it has not been told yet");
        assertNotEquals(one.claim(), two.claim());
        one.paused = false;
        eventually(() -> !one.lease.ours());
        assertTrue(two.lease.ours());
        assertFalse(REDIS.server().tell("HGET", "test:lease:shared", "holder").contains(one.claim()));
        assertNotEquals(0, one.lease.fence().claim().length, "it goes on to refuse");
    }

    @Test
    void whileRedisIsDownItIsEverybodysAndThenOnesAgain() {
        one.wants();
        eventually(one.lease::ours);
        two.wants();
        eventually(() -> !two.lease.holder().isEmpty());
        String before = one.claim();
        REDIS.server().kill();
        eventually(() -> one.lease.ours() && two.lease.ours());
        assertArrayEquals(new byte[0], one.lease.fence().claim(), "there is nobody to refuse it");
        REDIS.server().startAgain();
        eventually(() -> one.redis.state().up() && two.redis.state().up());
        eventually(() -> one.lease.ours() != two.lease.ours());
        assertNotEquals(before, (one.lease.ours() ? one : two).claim());
        Node other = one.lease.ours() ? two : one;
        eventually(() -> !other.lease.holder().isEmpty());
    }

    @Test
    void whatWasGivenUpWhileRedisHungIsFreeOnceItGoesOn() {
        one.wants();
        eventually(one.lease::ours);
        two.wants();
        REDIS.server().pause();
        one.lease.wanted(false);
        eventually(() -> !one.redis.state().up() && !two.redis.state().up());
        one.lease.close();
        REDIS.server().goOn();
        eventually(() -> two.redis.state().up());
        eventually(() -> REDIS.server().tell("HGET", "test:lease:shared", "holder").contains(two.claim()));
    }

    @Test
    void manyLeasesAreKept() {
        List<Lease> many = IntStream.range(0, 1000).mapToObj(i -> one.leases.of("user:" + i)).toList();
        many.forEach(lease -> lease.wanted(true));
        eventually(() -> many.stream().allMatch(Lease::ours));
        REDIS.server().tell("FLUSHALL");
        eventually(() -> REDIS.server().tell("EXISTS", "test:lease:user%3A0", "test:lease:user%3A999").startsWith(":2"));
        assertTrue(many.stream().allMatch(Lease::ours));
    }

    private void eventually(BooleanSupplier condition) {
        await(condition, this::tick);
    }

    private void passes(Duration time) {
        long began = System.nanoTime();
        await(() -> System.nanoTime() - began > time.toNanos(), this::tick);
    }

    private void tick() {
        all.stream().filter(node -> !node.paused).forEach(node -> node.leases.tick());
    }

    private static void await(BooleanSupplier condition, Runnable meanwhile) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it does not come");
            meanwhile.run();
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

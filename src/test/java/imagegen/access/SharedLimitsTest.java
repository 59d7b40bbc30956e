package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.lease.Counts;
import imagegen.lease.Leases;
import imagegen.lease.RedisLeases;
import imagegen.problem.ProblemException;
import imagegen.redis.FreshRedis;
import imagegen.redis.Redis;
import imagegen.redis.RedisProcess;
import imagegen.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One user's streams on two nodes, of which they may have four. */
class SharedLimitsTest {

    private static final Caller ALICE =
            new Caller("alice", "token", Instant.now().plus(Duration.ofHours(1)), Optional.empty());

    @RegisterExtension
    static final FreshRedis REDIS = new FreshRedis();

    private final Node here = new Node();
    private final Node there = new Node();
    /** Those that go on giving signs of life, however long a test takes. */
    private final List<Node> alive = new ArrayList<>(List.of(here, there));

    private final class Node {
        private final Attendance attendance = new Attendance(4, 100);
        private final Redis redis = RedisProcess.client(REDIS.url(), Duration.ofSeconds(5));
        private final Leases leases = new RedisLeases(redis, Time.system());
        private final Counts counts = leases.counts("streams");
        private final List<Attendance.Visit> visits = new ArrayList<>();

        Node() {
            attendance.countWith(counts);
            redis.start();
        }

        void opens(int times) {
            for (int i = 0; i < times; i++) {
                visits.add(attendance.admit(ALICE, Set.of()));
            }
        }

        /** Opens as many as it may, after each hearing of how many another has. */
        int opensAll(int elsewhere) {
            for (int i = 0; i < 10; i++) {
                try {
                    opens(1);
                } catch (ProblemException full) {
                    // Has asked again, in case others have closed some
                }
                eventually(() -> finds(elsewhere));
            }
            return visits.size();
        }

        /** Looks again. */
        boolean finds(int elsewhere) {
            counts.look(ALICE.user());
            return counts.elsewhere(ALICE.user()) == elsewhere;
        }

        void closes() {
            visits.forEach(Attendance.Visit::close);
            visits.clear();
        }
    }

    @BeforeEach
    void bothAreKnownToLive() {
        eventually(() -> REDIS.server().tell("KEYS", "test:node:*").lines()
                .filter(line -> line.startsWith("test:node:")).count() == 2);
    }

    @AfterEach
    void stop() {
        here.redis.close();
        there.redis.close();
    }

    @Test
    void thoseOnOtherNodesCount() {
        here.opens(2);
        told(2);
        assertEquals(2, there.opensAll(2));
        assertEquals(3, here.opensAll(2), "one more, by which it hears of those that were opened there since");
        there.closes();
        told(3);
        assertEquals(4, here.opensAll(0));
    }

    @Test
    void eachNodeMayHaveOneMoreThanThereAreForIt() {
        here.opens(4);
        told(4);
        assertEquals(1, there.opensAll(4), "it knows after the first");
    }

    @Test
    void thoseOfANodeThatDiedDoNot() {
        here.opens(4);
        told(4);
        there.opens(1);
        String sign = node();
        alive.remove(here);
        here.redis.close();
        REDIS.server().tell("DEL", sign);
        assertEquals(4, there.opensAll(0));
    }

    @Test
    void thoseOfANodeThatWasTakenForDeadCountAgainOnceItGivesASign() {
        here.opens(2);
        told(2);
        REDIS.server().tell("DEL", node());
        there.opens(1);
        eventually(() -> there.finds(2));
    }

    @Test
    void withoutRedisEachNodeCountsItsOwnAndTellsItAfterwards() {
        here.opens(2);
        here.redis.giveUp();
        there.redis.giveUp();
        there.opens(4);
        assertThrows(ProblemException.class, () -> there.opens(1));
        eventually(() -> here.redis.state().up() && there.redis.state().up());
        // What each had before it lost Redis counts too, as another's, until its last sign of life is over
        eventually(() -> here.finds(4) && there.finds(2));
        assertTrue(here.opensAll(4) <= 3, "at most the one by which it hears of the others");
    }

    private static String node() {
        return REDIS.server().tell("HKEYS", "test:{alice}:streams").lines().filter(line -> line.length() == 36)
                .map(id -> "test:node:" + id).filter(key -> REDIS.server().tell("EXISTS", key).startsWith(":1"))
                .findFirst().orElseThrow();
    }

    /** Waits until Redis knows of so many. */
    private void told(int count) {
        eventually(() -> REDIS.server().tell("HVALS", "test:{alice}:streams").lines()
                .filter(line -> line.matches("\\d+")).mapToInt(Integer::parseInt).sum() == count);
    }

    private void eventually(BooleanSupplier holds) {
        long began = System.nanoTime();
        while (!holds.getAsBoolean()) {
            alive.forEach(node -> node.leases.tick());
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos(), () -> "Redis says "
                    + REDIS.server().tell("HGETALL", "test:{alice}:streams").replaceAll("\\s+", " "));
            try {
                Thread.sleep(3);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

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

    private static final class Node {
        private final Attendance attendance = new Attendance(4, 100);
        private final Redis redis = RedisProcess.client(REDIS.url(), Duration.ofMillis(500));
        private final Leases leases = new RedisLeases(redis, Time.system());
        private final Counts counts = leases.counts("streams");
        private final List<Attendance.Visit> visits = new ArrayList<>();

        Node() {
            attendance.countWith(counts);
            redis.start();
            leases.tick();
        }

        void opens(int times) {
            for (int i = 0; i < times; i++) {
                visits.add(attendance.admit(ALICE, Set.of()));
            }
        }

        /** Opens as many as it may, after each hearing of how many another has. */
        int opensAll(int elsewhere) {
            for (int i = 0; i < 10; i++) {
                leases.tick();
                try {
                    opens(1);
                } catch (ProblemException full) {
                    // Has asked again, in case others have closed some
                }
                eventually(() -> counts.elsewhere(ALICE.user()) == elsewhere);
            }
            return visits.size();
        }

        void closes() {
            visits.forEach(Attendance.Visit::close);
            visits.clear();
        }
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
        REDIS.server().tell("DEL", node());
        assertEquals(4, there.opensAll(0));
    }

    @Test
    void withoutRedisEachNodeCountsItsOwnAndTellsItAfterwards() {
        here.opens(2);
        here.redis.giveUp();
        there.redis.giveUp();
        there.opens(4);
        assertThrows(ProblemException.class, () -> there.opens(1));
        eventually(() -> here.redis.state().up() && there.redis.state().up());
        there.leases.tick();
        here.leases.tick();
        told(6);
        assertTrue(here.opensAll(4) <= 3, "at most the one by which it hears of the others");
    }

    private static String node() {
        return REDIS.server().tell("HKEYS", "test:{alice}:streams").lines().filter(line -> line.length() == 36)
                .map(id -> "test:node:" + id).filter(key -> REDIS.server().tell("EXISTS", key).startsWith(":1"))
                .findFirst().orElseThrow();
    }

    /** Waits until Redis knows of so many. */
    private static void told(int count) {
        eventually(() -> REDIS.server().tell("HVALS", "test:{alice}:streams").lines()
                .filter(line -> line.matches("\\d+")).mapToInt(Integer::parseInt).sum() == count);
    }

    private static void eventually(BooleanSupplier holds) {
        long began = System.nanoTime();
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos());
            try {
                Thread.sleep(3);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        private final List<Attendance.Visit> visits = new ArrayList<>();

        Node() {
            attendance.countWith(leases.counts("streams"));
            redis.start();
            leases.tick();
        }

        void opens(int times) {
            for (int i = 0; i < times; i++) {
                visits.add(attendance.admit(ALICE, Set.of()));
            }
        }

        /** Opens as many as it may, for a while. */
        int opensAll() {
            for (int i = 0; i < 100; i++) {
                leases.tick();
                try {
                    opens(1);
                } catch (ProblemException full) {
                    // Asked again, in case others have closed some
                }
                pause();
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
        assertEquals(2, there.opensAll());
        assertEquals(3, here.opensAll(), "one more, by which it hears of those that were opened there since");
        there.closes();
        assertEquals(4, here.opensAll());
    }

    @Test
    void eachNodeMayHaveOneMoreThanThereAreForIt() {
        here.opens(4);
        told(4);
        assertEquals(1, there.opensAll(), "it knows after the first");
    }

    @Test
    void thoseOfANodeThatDiedDoNot() {
        here.opens(4);
        told(4);
        there.opens(1);
        REDIS.server().tell("DEL", node());
        assertEquals(4, there.opensAll());
    }

    @Test
    void withoutRedisEachNodeCountsItsOwnAndTellsItAfterwards() {
        here.opens(2);
        here.redis.giveUp();
        there.redis.giveUp();
        there.opens(4);
        assertThrows(ProblemException.class, () -> there.opens(1));
        long began = System.nanoTime();
        while (!here.redis.state().up() || !there.redis.state().up()) {
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos());
            pause();
        }
        there.leases.tick();
        here.leases.tick();
        told(6);
        assertTrue(here.opensAll() <= 3, "at most the one by which it hears of the others");
    }

    private static String node() {
        return REDIS.server().tell("HKEYS", "test:{alice}:streams").lines().filter(line -> line.length() == 36)
                .map(id -> "test:node:" + id).filter(key -> REDIS.server().tell("EXISTS", key).startsWith(":1"))
                .findFirst().orElseThrow();
    }

    /** Waits until Redis knows of so many. */
    private static void told(int count) {
        long began = System.nanoTime();
        while (REDIS.server().tell("HVALS", "test:{alice}:streams").lines().filter(line -> line.matches("\\d+"))
                .mapToInt(Integer::parseInt).sum() != count) {
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos());
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(3);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.problem.ProblemException;
import imagegen.redis.Redis;
import imagegen.redis.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One user's streams on two nodes, and a session that is renewed or signed out on one of them. */
class SharedSessionsTest {

    private static final Instant LATER = Instant.now().plus(Duration.ofHours(1));
    private static final Instant MUCH_LATER = LATER.plus(Duration.ofHours(1));

    private final RedisProcess server = RedisProcess.start();
    private final List<Redis> all = new ArrayList<>();
    private final Node here = new Node();
    private final Node there = new Node();

    private final class Node {
        private final Attendance attendance = new Attendance(4, 100);
        private final Redis redis = RedisProcess.client(server.url(), Duration.ofMillis(500));
        private final SharedSessions sessions = new SharedSessions(Optional.of(redis), attendance);

        Node() {
            all.add(redis);
            sessions.start();
            redis.start();
        }

        /** A stream, and what it is told. */
        BlockingQueue<Caller> stream(Caller caller) {
            BlockingQueue<Caller> told = new LinkedBlockingQueue<>();
            attendance.admit(caller, Set.of()).onRenewed(told::add);
            return told;
        }
    }

    @AfterEach
    void stop() {
        all.forEach(Redis::close);
        server.close();
    }

    @Test
    void aSignOutOnOneNodeEndsTheStreamsOnAllWithinASecond() throws Exception {
        Caller alice = caller("alice", "token-1");
        BlockingQueue<Caller> told = there.stream(alice);
        BlockingQueue<Caller> others = there.stream(caller("bob", "token-2"));
        listening();
        here.attendance.signOut(alice);
        here.sessions.signedOut(alice);
        Caller ended = told.poll(1, TimeUnit.SECONDS);
        assertTrue(!ended.expiresAt().isAfter(Instant.now()), "its token has ended");
        assertThrows(ProblemException.class, () -> there.attendance.admit(alice, Set.of()));
        assertEquals(0, others.size());
    }

    @Test
    void aSessionThatBeginsAgainMayComeToAnyNode() throws Exception {
        Caller alice = caller("alice", "token-1");
        BlockingQueue<Caller> told = there.stream(alice);
        listening();
        here.sessions.signedOut(alice);
        told.poll(5, TimeUnit.SECONDS);
        here.sessions.begun(alice);
        BlockingQueue<Caller> probe = there.stream(caller("probe", "token-3"));
        here.sessions.signedOut(caller("probe", "token-3"));
        probe.poll(5, TimeUnit.SECONDS);
        there.attendance.admit(alice, Set.of());
    }

    @Test
    void aRenewalOnOneNodeLetsTheStreamsOnAllGoOn() throws Exception {
        Caller old = caller("alice", "token-1");
        Caller fresh = new Caller("alice", "token-2", MUCH_LATER, Optional.of(Caller.sessionOf("token-2")));
        BlockingQueue<Caller> told = there.stream(old);
        listening();
        here.sessions.renewed(old, fresh);
        Caller now = told.poll(5, TimeUnit.SECONDS);
        assertEquals(fresh.token(), now.token());
        assertEquals(MUCH_LATER.toEpochMilli(), now.expiresAt().toEpochMilli());
        here.sessions.signedOut(fresh);
        assertTrue(!told.poll(5, TimeUnit.SECONDS).expiresAt().isAfter(Instant.now()));
    }

    @Test
    void aSignOutIsHeardAlsoByANodeWhoseLineWasBrokenAndByAllOnceRedisIsBack() throws Exception {
        Caller alice = caller("alice", "token-1");
        BlockingQueue<Caller> told = there.stream(alice);
        listening();
        server.tell("CLIENT", "KILL", "TYPE", "pubsub");
        here.sessions.signedOut(alice);
        assertTrue(!told.poll(5, TimeUnit.SECONDS).expiresAt().isAfter(Instant.now()));

        Caller bob = caller("bob", "token-2");
        BlockingQueue<Caller> bobs = there.stream(bob);
        server.kill();
        here.sessions.signedOut(bob);
        server.startAgain();
        assertTrue(!bobs.poll(10, TimeUnit.SECONDS).expiresAt().isAfter(Instant.now()));
    }

    /** Waits until both nodes hear each other. */
    private void listening() throws InterruptedException {
        for (Node node : List.of(here, there)) {
            Node other = node == here ? there : here;
            Caller probe = caller("probe" + node.hashCode(), "probe" + node.hashCode());
            BlockingQueue<Caller> told = node.stream(probe);
            do {
                other.sessions.signedOut(probe);
            } while (told.poll(50, TimeUnit.MILLISECONDS) == null);
        }
    }

    private static Caller caller(String user, String token) {
        return new Caller(user, token, LATER, Optional.of(Caller.sessionOf(token)));
    }
}

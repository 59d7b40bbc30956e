package imagegen.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.lease.Fence;
import imagegen.redis.FreshRedis;
import imagegen.redis.Redis;
import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Success;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several nodes and one Redis. */
class SharedLogsTest {

    private static final Retention FOUR = new Retention(4, 100_000, Duration.ofMinutes(10), 10_000_000);

    @RegisterExtension
    static final FreshRedis REDIS = new FreshRedis();

    private final Nodes nodes = new Nodes();

    @AfterEach
    void stopNodes() {
        nodes.close();
    }

    @Test
    void twoNodesTellTheSameUpdatesUnderTheSameCursors() {
        Nodes.Node one = node();
        Nodes.Node two = node();
        Client here = new Client(one);
        Client there = new Client(two);
        one.append(progress("a", 10), progress("b", 20));
        two.append(progress("a", 30), done("b"));
        one.append(done("a"));
        here.has("b:OK", "a:OK");
        there.has("b:OK", "a:OK");
        assertEquals(here.cursorOf("a"), there.cursorOf("a"));
        assertEquals(here.cursorOf("b"), there.cursorOf("b"));
    }

    @Test
    void aClientThatGoesToAnotherNodeAtOnceMissesNothing() {
        Nodes.Node one = node();
        Nodes.Node two = node();
        new Client(one);
        new Client(two);
        Client here = new Client(one);
        for (int i = 0; i < 300; i++) {
            Nodes.Node next = i % 2 == 0 ? two : one;
            Nodes.Node last = i % 2 == 0 ? one : two;
            last.append(done("r" + i));
            here.has("r" + i + ":OK");
            here = here.resumesOn(next);
            here.has("COMPLETE");
        }
    }

    @Test
    void aNodeThatIsNewKnowsWhatTheOthersKnew() {
        Nodes.Node one = node();
        Client here = new Client(one);
        one.append(progress("a", 10), done("b"), progress("c", 1));
        here.has("b:OK", "c:PROGRESS");
        one.stop();
        Nodes.Node two = node();
        assertEquals(List.of("a", "c"), two.unfinished());
        two.append(done("a"));
        here.resumesOn(two).has("COMPLETE", "a:OK");
        new Client(two).has("b:OK", "c:PROGRESS", "a:OK");
    }

    @Test
    void whatTwoNodesTellAtOnceIsTakenOnce() throws Exception {
        Nodes.Node one = node();
        Nodes.Node two = node();
        Client client = new Client(one);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 200; i++) {
                String id = "r" + i;
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Outcome>> outcomes = new ArrayList<>();
                for (Nodes.Node node : List.of(one, two)) {
                    outcomes.add(threads.submit(() -> {
                        start.await();
                        return LogsContract.now(node.logs().append("alice", done(id)));
                    }));
                }
                start.countDown();
                assertEquals(Set.of(Outcome.APPENDED, Outcome.REPEATED),
                        Set.of(outcomes.get(0).get(), outcomes.get(1).get()));
            }
        }
        assertEquals(Outcome.LATE, LogsContract.now(two.logs().append("alice", progress("r199", 99))));
        client.has("r199:OK");
        assertEquals(new HashSet<>(client.heard()).size(), client.heard().size(), "nothing twice");
    }

    @Test
    void whoeverHasNotGotTheLeaseWritesNothing() {
        Nodes.Node one = node();
        Nodes.Node two = node();
        Client client = new Client(two);
        Fence old = new Fence(Redis.utf8("test:lease:shared"), Redis.utf8("one:1"));
        Fence now = new Fence(Redis.utf8("test:lease:shared"), Redis.utf8("two:1"));
        assertEquals(Outcome.FENCED, LogsContract.now(one.logs().append("alice", progress("a", 10), old)));
        REDIS.server().tell("HSET", "test:lease:shared", "holder", "one:1");
        assertEquals(Outcome.APPENDED, LogsContract.now(one.logs().append("alice", progress("a", 20), old)));
        REDIS.server().tell("HSET", "test:lease:shared", "holder", "two:1");
        assertEquals(Outcome.APPENDED, LogsContract.now(two.logs().append("alice", progress("a", 40), now)));
        assertEquals(Outcome.FENCED, LogsContract.now(one.logs().append("alice", progress("a", 30), old)));
        assertEquals(Outcome.FENCED, LogsContract.now(one.logs().append("alice", done("a"), old)));
        assertEquals(Outcome.APPENDED, LogsContract.now(one.logs().append("alice", done("b"))), "without a fence");
        client.has("b:OK");
        assertTrue(client.heard().stream().noneMatch("a:OK"::equals), client.heard()::toString);
    }

    @Test
    void aNudgeThatIsLostIsMadeUpFor() {
        Retention wide = new Retention(256, 1 << 20, Duration.ofMinutes(10), 1 << 30);
        Nodes.Node one = nodes.start(REDIS.url(), wide);
        Nodes.Node two = nodes.start(REDIS.url(), wide);
        Client there = new Client(two);
        one.append(done("a"));
        there.has("a:OK");
        for (int i = 0; i < 20; i++) {
            REDIS.server().tell("CLIENT", "KILL", "TYPE", "pubsub");
            one.append(done("r" + i));
        }
        there.has("r19:OK");
        assertEquals(21, there.heard().size());
    }

    @Test
    void whatWasDroppedIsRememberedOnAllNodes() {
        Nodes.Node one = node();
        Client early = new Client(one);
        one.append(progress("p", 1), done("a"));
        early.has("p:PROGRESS", "a:OK");
        one.append(done("b"), done("c"), done("d"), done("e"));

        Nodes.Node two = node();
        assertEquals(List.of("p"), two.unfinished());
        assertEquals(Outcome.LATE, LogsContract.now(two.logs().append("alice", progress("a", 5))));
        assertEquals(Outcome.LATE, LogsContract.now(two.logs().begin("alice", progress("p", 0))));
        Client names = new Client(two, Optional.empty(), Set.of(new RequestId("a")));
        two.append(done("a"));
        names.has("a:OK");
        two.append(done("f"));
        early.has("f:OK");
        assertEquals(1, early.heard().stream().filter("a:OK"::equals).count(), "who had it does not get it again");
        new Client(two, Optional.of(names.cursorOf("a")), Set.of()).has("COMPLETE", "f:OK");
    }

    @Test
    void aUserTakesABoundedAmountOfMemory() {
        Nodes.Node one = nodes.start(REDIS.url(), new Retention(256, 1 << 20, Duration.ofMinutes(10), 1 << 30));
        IntStream.range(0, 3_000).forEach(i -> one.logs().append("alice", done("request-" + i)));
        IntStream.range(0, 3_000).forEach(i -> one.logs().append("alice", progress("open-" + i, 1)));
        one.append(done("last"));
        String keys = REDIS.server().tell("KEYS", "test:*");
        assertEquals(7, keys.lines().filter(line -> line.startsWith("test:")).count(), keys);
        assertTrue(REDIS.server().tell("ZCARD", "test:{alice}:ended").startsWith(":1024"));
        assertTrue(REDIS.server().tell("ZCARD", "test:{alice}:unfinished").startsWith(":1024"));
        assertTrue(REDIS.server().tell("XLEN", "test:{alice}:log").startsWith(":256"));
        assertTrue(REDIS.server().tell("HLEN", "test:{alice}:requests").startsWith(":" + (256 + 2 * 1024)));
        for (String key : List.of("log", "requests", "meta", "open", "unfinished", "ended")) {
            assertTrue(!REDIS.server().tell("PTTL", "test:{alice}:" + key).startsWith(":-1"), key + " does not expire");
        }
    }

    @Test
    void everyEndReachesEveryClientOnceHoweverOftenTheyChangeTheirNode() throws Exception {
        Retention wide = new Retention(2_000, 10_000_000, Duration.ofHours(1), 100_000_000);
        List<Nodes.Node> three = List.of(nodes.start(REDIS.url(), wide), nodes.start(REDIS.url(), wide),
                nodes.start(REDIS.url(), wide));
        int writers = 3;
        int each = 150;
        try (ExecutorService threads = Executors.newFixedThreadPool(writers + 3)) {
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "w" + writer;
                Nodes.Node node = three.get(writer);
                all.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        node.logs().append("alice", progress(name + "-" + i, 50));
                        node.append(done(name + "-" + i));
                    }
                }));
            }
            for (int client = 0; client < 3; client++) {
                Random random = new Random(client);
                all.add(threads.submit(() -> {
                    Set<RequestId> seen = new HashSet<>();
                    Optional<Cursor> cursor = Optional.empty();
                    while (seen.size() < writers * each) {
                        Nodes.Node node = three.get(random.nextInt(3));
                        try (Reader reader = node.logs().open("alice", cursor, Set.of(), () -> { })) {
                            LogsContract.eventually(reader::placed);
                            for (int i = random.nextInt(30); i >= 0; i--) {
                                reader.next().ifPresent(reading -> {
                                    if (reading instanceof Entry entry && entry.terminal()) {
                                        assertTrue(seen.add(entry.requestId()), "twice: " + entry.requestId());
                                    } else if (reading instanceof Resumption verdict) {
                                        assertEquals(Resumption.COMPLETE, verdict);
                                    }
                                });
                            }
                            cursor = Optional.of(reader.cursor());
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private Nodes.Node node() {
        return nodes.start(REDIS.url(), FOUR);
    }

    private static imagegen.update.Update progress(String id, int percent) {
        return LogsContract.progress(id, percent);
    }

    private static Success done(String id) {
        return Success.of(new RequestId(id), List.of());
    }
}

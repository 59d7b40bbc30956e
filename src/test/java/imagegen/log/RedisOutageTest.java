package imagegen.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import imagegen.redis.RedisProcess;
import imagegen.redis.Switchboard;
import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Success;
import imagegen.update.Update;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redis goes, in every way in which it can: streams stay, and nobody is told `complete` who has missed something. */
class RedisOutageTest {

    private static final Retention RETENTION = new Retention(64, 100_000, Duration.ofMinutes(10), 10_000_000);

    private final RedisProcess server = RedisProcess.start();
    private final Nodes nodes = new Nodes();

    @AfterEach
    void stop() {
        nodes.close();
        server.close();
    }

    @Test
    void hangsAndGoesOn() {
        Nodes.Node one = node();
        Nodes.Node two = node();
        Client here = new Client(one);
        Client there = new Client(two);
        one.append(done("before"), progress("a", 1));
        there.has("before:OK", "a:PROGRESS");
        Optional<Cursor> before = new Client(two).leaves();

        server.pause();
        one.append(done("a"));
        here.has("before:OK", "a:PROGRESS", "a:OK");
        down(one);
        Optional<Cursor> alone = Optional.of(here.cursorOf("a"));
        server.goOn();

        there.has("before:OK", "a:PROGRESS", "a:OK");
        up(one);
        one.append(done("after"));
        here.has("after:OK");
        there.has("after:OK");
        assertEquals(List.of("before:OK", "a:PROGRESS", "a:OK", "after:OK"), here.heard(), "no gap, nothing twice");
        assertEquals(here.heard(), there.heard());
        new Client(two, before, Set.of()).has("COMPLETE", "a:OK", "after:OK");
        new Client(two, alone, Set.of()).has("GAP_UNKNOWN", "before:OK", "a:OK", "after:OK");
    }

    @Test
    void isKilledAndComesBackEmpty() {
        Nodes.Node one = node();
        Nodes.Node two = node();
        Client here = new Client(one);
        Client there = new Client(two);
        one.append(done("a"), progress("b", 1));
        here.has("a:OK", "b:PROGRESS");
        there.has("a:OK", "b:PROGRESS");
        Optional<Cursor> before = Optional.of(here.cursorOf("b"));

        server.kill();
        down(one);
        down(two);
        one.append(done("b"));
        here.has("b:OK");
        Client during = new Client(two, before, Set.of());
        during.has("GAP_UNKNOWN", "a:OK");
        server.startAgain();

        there.has("a:OK", "GAP_UNKNOWN", "b:OK");
        during.has("b:OK");
        up(one);
        up(two);
        two.append(done("c"));
        here.has("a:OK", "b:OK", "GAP_UNKNOWN", "c:OK");
        there.has("c:OK");
        for (Client client : List.of(here, there)) {
            assertEquals(1, client.heard().stream().filter("a:OK"::equals).count(), "an end twice: " + client.heard());
            assertEquals(1, client.heard().stream().filter("b:OK"::equals).count(), "an end twice: " + client.heard());
        }
        new Client(two, before, Set.of()).has("GAP_UNKNOWN", "a:OK", "b:OK", "c:OK");
        new Client(one, Optional.of(there.cursorOf("c")), Set.of()).has("COMPLETE");
    }

    @Test
    void takesNoMoreWritesBecauseItIsFull() {
        Nodes.Node one = node();
        Client here = new Client(one);
        one.append(progress("a", 1));
        server.tell("CONFIG", "SET", "maxmemory", "1");
        one.append(done("a"));
        here.has("a:PROGRESS", "a:OK");
        down(one);
        server.tell("CONFIG", "SET", "maxmemory", "0");
        up(one);
        new Client(node()).has("a:OK");
        one.append(done("b"));
        here.has("b:OK");
        assertEquals(List.of("a:PROGRESS", "a:OK", "b:OK"), here.heard());
    }

    @Test
    void becomesAReplicaAndIsPromotedAgain() {
        Nodes.Node one = node();
        Client here = new Client(one);
        one.append(done("a"), progress("b", 1));
        Optional<Cursor> before = Optional.of(here.cursorOf("a"));
        try (RedisProcess other = RedisProcess.start()) {
            server.tell("REPLICAOF", "127.0.0.1", Integer.toString(other.port()));
            one.append(done("b"));
            here.has("a:OK", "b:PROGRESS", "b:OK");
            down(one);
            server.tell("REPLICAOF", "NO", "ONE");
        }
        up(one);
        new Client(node(), before, Set.of()).has("GAP_UNKNOWN", "a:OK", "b:OK");
        assertEquals(1, here.heard().stream().filter("b:OK"::equals).count());
    }

    @Test
    void failsOverToAReplicaThatHasNotGotTheLastWrites() {
        try (RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1", Integer.toString(server.port()));
             Switchboard address = new Switchboard(server.port())) {
            Nodes.Node one = nodes.start(address.url(), RETENTION);
            Nodes.Node two = nodes.start(address.url(), RETENTION);
            Client here = new Client(one);
            one.append(progress("a", 1), done("b"));
            here.has("b:OK");
            LogsContract.eventually(() -> replica.tell("XLEN", "test:{alice}:log").startsWith(":2"));
            replica.tell("REPLICAOF", "NO", "ONE");
            Optional<Cursor> before = Optional.of(here.cursorOf("b"));
            // Acknowledged, seen by one, lost in the fail-over: and nobody is left who could tell it again
            Nodes.Node gone = nodes.start(address.url(), RETENTION);
            gone.append(done("a"));
            gone.stop();
            here.has("a:OK");
            Optional<Cursor> seen = Optional.of(here.cursorOf("a"));
            address.leadTo(replica.port());
            server.kill();

            up(two);
            two.append(done("c"));
            for (Optional<Cursor> old : List.of(before, seen)) {
                Client resumed = new Client(two, old, Set.of());
                resumed.has("GAP_UNKNOWN", "b:OK");
                resumed.has("GAP_UNKNOWN", "c:OK");
            }
            here.has("b:OK", "a:OK", "GAP_UNKNOWN", "c:OK");
            // The node whose client had it has put it back
            new Client(two).has("a:OK");
            assertEquals(1, here.heard().stream().filter("a:OK"::equals).count());
        }
    }

    @Test
    void isNotThereWhenANodeStarts() {
        server.kill();
        Nodes.Node one = node();
        assertFalse(one.redis().state().up());
        Client here = new Client(one);
        one.append(done("a"));
        here.has("a:OK");
        server.startAgain();
        up(one);
        new Client(node()).has("a:OK");
        one.append(done("b"));
        here.has("a:OK", "b:OK");
        assertEquals(List.of("a:OK", "b:OK"), here.heard());
    }

    @Test
    void whatWasToldMeanwhileIsSentBeforeAnybodyReads() {
        AtomicReference<Logs> logs = new AtomicReference<>();
        Nodes.Node one = nodes.start(server.url(), RETENTION, state -> {
            if (state.generation() > 1 && state.up()) {
                // Redis is up, and the copies have not been told: the first makes this one read, before the second
                LogsContract.now(logs.get().append("alice", done("b")));
                LogsContract.now(logs.get().append("alice", done("c")));
            }
        });
        logs.set(one.logs());
        Client here = new Client(one);
        one.append(done("before"));
        here.has("before:OK");
        one.redis().giveUp();
        one.append(done("a"));
        here.has("a:OK");
        up(one);
        here.has("before:OK", "a:OK", "b:OK", "c:OK");
        new Client(node()).has("a:OK");
        assertEquals(1, here.heard().stream().filter("a:OK"::equals).count());
    }

    private Nodes.Node node() {
        return nodes.start(server.url(), RETENTION);
    }

    private static void down(Nodes.Node node) {
        LogsContract.eventually(() -> !node.redis().state().up());
    }

    private static void up(Nodes.Node node) {
        LogsContract.eventually(() -> node.redis().state().up());
    }

    private static Update progress(String id, int percent) {
        return LogsContract.progress(id, percent);
    }

    private static Success done(String id) {
        return Success.of(new RequestId(id), List.of());
    }
}

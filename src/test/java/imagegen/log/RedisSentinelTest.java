package imagegen.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.redis.RedisProcess;
import imagegen.update.RequestId;
import imagegen.update.Success;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server, its replica, and a sentinel that makes the one the other when it is gone. */
class RedisSentinelTest {

    private static final Retention RETENTION = new Retention(64, 100_000, Duration.ofMinutes(10), 10_000_000);

    private final RedisProcess server = RedisProcess.start();
    private final RedisProcess replica =
            RedisProcess.start("--replicaof", "127.0.0.1", Integer.toString(server.port()));
    private final RedisProcess sentinel = RedisProcess.sentinel("main", server.port());
    private final String url = "redis-sentinel://127.0.0.1:1,127.0.0.1:" + sentinel.port() + "/main";
    private final Nodes nodes = new Nodes();

    @AfterEach
    void stop() {
        nodes.close();
        sentinel.close();
        replica.close();
        server.close();
    }

    @Test
    void goesToWhomTheSentinelNamesNow() {
        Nodes.Node one = nodes.start(url, RETENTION);
        Nodes.Node two = nodes.start(url, RETENTION);
        assertTrue(one.redis().state().up(), () -> one.redis().state().trouble());
        Client here = new Client(one);
        Client there = new Client(two);
        one.append(LogsContract.progress("a", 1), done("b"));
        there.has("b:OK");
        Optional<imagegen.update.Cursor> before = Optional.of(there.cursorOf("b"));
        LogsContract.eventually(() -> replica.tell("XLEN", "test:{alice}:log").startsWith(":2"));
        LogsContract.eventually(() -> sentinel.tell("SENTINEL", "replicas", "main")
                .contains(Integer.toString(replica.port())));
        server.kill();
        one.append(done("a"));
        here.has("a:OK");
        LogsContract.eventually(() -> one.redis().state().up() && two.redis().state().up());
        there.has("a:OK");
        two.append(done("c"));
        here.has("c:OK");
        there.has("c:OK");
        for (Client client : List.of(here, there)) {
            assertEquals(1, client.heard().stream().filter("a:OK"::equals).count());
            assertEquals(1, client.heard().stream().filter("b:OK"::equals).count());
        }
        new Client(two, before, Set.of()).has("GAP_UNKNOWN", "a:OK", "c:OK");
    }

    private static Success done(String id) {
        return Success.of(new RequestId(id), List.of());
    }
}

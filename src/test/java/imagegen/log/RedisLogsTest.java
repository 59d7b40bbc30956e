package imagegen.log;

import imagegen.redis.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

class RedisLogsTest extends LogsContract {

    private static RedisProcess server;
    private final Nodes nodes = new Nodes();
    private final Nodes.Node node = nodes.start(server.url(), RETENTION);

    @BeforeAll
    static void start() {
        server = RedisProcess.start();
    }

    @AfterEach
    void stopNodes() {
        nodes.close();
        server.tell("FLUSHALL");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    Logs logs() {
        return node.logs();
    }
}

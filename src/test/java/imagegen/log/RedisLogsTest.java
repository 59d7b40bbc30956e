package imagegen.log;

import imagegen.redis.FreshRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisLogsTest extends LogsContract {

    @RegisterExtension
    static final FreshRedis REDIS = new FreshRedis();

    private final Nodes nodes = new Nodes();
    private final Nodes.Node node = nodes.start(REDIS.url(), RETENTION);

    @AfterEach
    void stopNodes() {
        nodes.close();
    }

    @Override
    Logs logs() {
        return node.logs();
    }
}

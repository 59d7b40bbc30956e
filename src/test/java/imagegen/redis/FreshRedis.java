package imagegen.redis;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Redis for all tests of a class, empty before each; to be registered as a static field. */
public final class FreshRedis implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private RedisProcess server;
    /** Above 1 in the class' nested classes. */
    private int depth;

    /** While the class' tests run. */
    public RedisProcess server() {
        return server;
    }

    public String url() {
        return server.url();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (depth++ == 0) {
            server = RedisProcess.start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        server.tell("FLUSHALL");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--depth == 0) {
            server.close();
        }
    }
}

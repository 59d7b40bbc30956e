package imagegen.log;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.redis.FreshRedis;
import imagegen.redis.TlsFront;
import imagegen.update.RequestId;
import imagegen.update.Success;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that reach their Redis over TLS. */
class RedisTlsTest {

    @RegisterExtension
    static final FreshRedis REDIS = new FreshRedis();

    private static final Retention RETENTION = new Retention(64, 100_000, Duration.ofMinutes(10), 10_000_000);

    private final Nodes nodes = new Nodes();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void anUpdateOfOneNodeReachesAnother() throws Exception {
        try (TlsFront front = new TlsFront(REDIS.server().port(), "ip:127.0.0.1")) {
            front.trustedWhile(() -> {
                Nodes.Node one = nodes.start(front.url(), RETENTION);
                Nodes.Node two = nodes.start(front.url(), RETENTION);
                assertTrue(one.redis().state().up(), () -> one.redis().state().trouble());
                Client there = new Client(two);
                one.append(done("a"));
                there.has("a:OK");
                one.append(done("b"));
                there.has("b:OK");
            });
        }
    }

    @Test
    void aCertificateThatIsNotTrustedOrNamesAnotherHostIsNot() throws Exception {
        try (TlsFront front = new TlsFront(REDIS.server().port(), "ip:127.0.0.1")) {
            assertFalse(nodes.start(front.url(), RETENTION).redis().state().up());
        }
        try (TlsFront front = new TlsFront(REDIS.server().port(), "dns:elsewhere.example")) {
            front.trustedWhile(() -> assertFalse(nodes.start(front.url(), RETENTION).redis().state().up()));
        }
    }

    private static Success done(String id) {
        return Success.of(new RequestId(id), List.of());
    }
}

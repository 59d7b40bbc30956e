package imagegen.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;

import imagegen.redis.FreshRedis;
import imagegen.redis.Redis;
import imagegen.redis.RedisProcess;
import imagegen.time.Time;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes that are asked for the same. */
class RedisDeedsTest {

    @RegisterExtension
    static final FreshRedis REDIS = new FreshRedis();

    private final Node one = new Node();
    private final Node two = new Node();

    private static final class Node {
        private final Redis redis = RedisProcess.client(REDIS.url(), Duration.ofMillis(500));
        private final RedisLeases leases = new RedisLeases(redis, Time.system(), Duration.ofSeconds(2));
        private final Deeds deeds = leases.deeds(Duration.ofSeconds(2), 3);

        Node() {
            redis.start();
            leases.tick();
        }

        Deeds.Standing begins(String key, String content) throws Exception {
            return deeds.begin("alice", key, content).toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void stop() {
        one.redis.close();
        two.redis.close();
    }

    @Test
    void whatOneHasDoneIsKnownToTheOther() throws Exception {
        assertEquals(new Deeds.Ours(), one.begins("k", "fox"));
        one.leases.tick();
        assertEquals(new Deeds.Elsewhere(), two.begins("k", "fox"));
        assertEquals(new Deeds.Conflict(), two.begins("k", "owl"));
        one.deeds.done("alice", "k", "fox", "job-1");
        // Asked by the same node, so that it has been told when the other asks
        assertEquals(new Deeds.Done("job-1"), one.begins("k", "fox"));
        assertEquals(new Deeds.Done("job-1"), two.begins("k", "fox"));
        assertEquals(new Deeds.Conflict(), two.begins("k", "owl"));
        assertEquals(new Deeds.Ours(), two.deeds.begin("bob", "k", "owl").toCompletableFuture().get());
    }

    @Test
    void whatFailedMayBeTriedByTheOther() throws Exception {
        assertEquals(new Deeds.Ours(), one.begins("k", "fox"));
        one.deeds.undone("alice", "k", "fox");
        one.begins("another", "owl");
        assertEquals(new Deeds.Ours(), two.begins("k", "fox"));
    }

    @Test
    void whatANodeDidThatDiedIsTheOthersToDo() throws Exception {
        assertEquals(new Deeds.Ours(), one.begins("k", "fox"));
        one.redis.close();
        Deeds.Standing standing = two.begins("k", "fox");
        long began = System.nanoTime();
        while (standing.equals(new Deeds.Elsewhere()) && System.nanoTime() - began < 10_000_000_000L) {
            Thread.sleep(20);
            standing = two.begins("k", "fox");
        }
        assertEquals(new Deeds.Ours(), standing);
    }

    @Test
    void aUsersKeysAreBoundedInNumberAndAge() throws Exception {
        for (String key : new String[] {"a", "b", "c", "d"}) {
            one.begins(key, "fox");
            one.deeds.done("alice", key, "fox", "job-" + key);
        }
        assertEquals(new Deeds.Done("job-d"), one.begins("d", "fox"));
        assertEquals(new Deeds.Done("job-d"), two.begins("d", "fox"));
        assertEquals(3, length());
        assertEquals(new Deeds.Ours(), two.begins("a", "fox"), "the oldest has gone");
        long began = System.nanoTime();
        while (length() > 0 && System.nanoTime() - began < 10_000_000_000L) {
            Thread.sleep(50);
        }
        assertEquals(0, length(), "nobody asked for two seconds");
    }

    @Test
    void withoutRedisEachDoesIt() throws Exception {
        assertEquals(new Deeds.Ours(), one.begins("k", "fox"));
        one.redis.giveUp();
        two.redis.giveUp();
        assertEquals(new Deeds.Ours(), two.begins("k", "fox"));
    }

    private static int length() {
        return Integer.parseInt(REDIS.server().tell("HLEN", "test:{alice}:deeds").substring(1).strip());
    }
}

package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.Caller;
import imagegen.backend.BackendConfig;
import imagegen.config.Settings;
import imagegen.lease.RedisLeases;
import imagegen.log.Entry;
import imagegen.log.RedisLogs;
import imagegen.log.Retention;
import imagegen.redis.FreshRedis;
import imagegen.redis.Redis;
import imagegen.redis.RedisProcess;
import imagegen.telemetry.IntakeMeter;
import imagegen.time.Time;
import imagegen.update.RequestId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes' intakes over one Redis; each asks a backend that does what the test says. */
class SharedIntakeTest {

    @RegisterExtension
    static final FreshRedis REDIS = new FreshRedis();

    private static final Caller ALICE =
            new Caller("alice", "token-of-alice", Instant.now().plus(Duration.ofHours(1)), Optional.empty());

    private final List<Node> nodes = new ArrayList<>();

    private final class Node {
        private final Redis redis = RedisProcess.client(REDIS.url(), Duration.ofMillis(500));
        private final RedisLogs logs = new RedisLogs(redis, Retention.DEFAULT, Time.system());
        private final ScriptedBackend backend = new ScriptedBackend();
        private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        private final Intake intake;
        private boolean paused;

        Node(String stream) {
            var settings = new Settings(key -> Optional.ofNullable(Map.of(BackendConfig.URL, "http://127.0.0.1:9090",
                    "image-gen.backend.stream", stream, BackendConfig.SERVICE_TOKEN, "service-token",
                    "image-gen.intake.linger", "PT0.1S").get(key)));
            redis.start();
            intake = new Intake(Time.system(), new Random(7), backend, logs, new RedisLeases(redis, Time.system()),
                    new IntakeMeter(metrics), BackendConfig.from(settings), IntakeConfig.from(settings),
                    () -> Optional.of("service-token"));
            nodes.add(this);
        }

        boolean has() {
            return !backend.streams.isEmpty() && !backend.stream().closed;
        }

        String latest() {
            return logs.latest("alice", new RequestId("r-1")).toCompletableFuture().join().map(Entry::json)
                    .map(json -> new String(json, StandardCharsets.UTF_8)).orElse("");
        }

        double fenced() {
            var counter = metrics.find("image.gen.backend.discarded").tag("reason", "fenced").counter();
            return counter == null ? 0 : counter.count();
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.redis.close());
    }

    @Test
    void aUserOfBothNodesHasOneStreamAndItGoesToWhereTheyAre() {
        var one = new Node("per-user");
        var two = new Node("per-user");
        one.intake.observer().arrived(ALICE, Set.of());
        two.intake.observer().arrived(ALICE, Set.of());
        eventually(() -> one.has() || two.has());
        var holder = one.has() ? one : two;
        var other = holder == one ? two : one;
        holder.backend.stream().connects();
        holder.backend.stream().lastEventId = "event-1";
        holder.backend.stream().progresses("r-1", 10);
        eventually(() -> other.latest().contains("10"));
        eventually(() -> other.intake.state("alice").equals("streaming"));
        assertFalse(other.has());
        eventually(() -> REDIS.server().tell("HGET", "test:lease:user%3Aalice", "place").contains("event-1"));
        holder.intake.observer().left(ALICE);
        eventually(other::has);
        assertFalse(holder.has());
        assertEquals("event-1", other.backend.stream().after, "it goes on where the other had come");
    }

    @Test
    void whoeverHadTheStreamForAllAndWasPausedWritesNothing() {
        var one = new Node("shared");
        eventually(one::has);
        one.backend.stream().connects();
        one.backend.stream().says(ScriptedBackend.of("alice", ScriptedBackend.progress("r-1", 10)));
        eventually(() -> one.latest().contains("10"));
        var two = new Node("shared");
        one.paused = true;
        eventually(two::has);
        two.backend.stream().connects();
        two.backend.stream().says(ScriptedBackend.of("alice", ScriptedBackend.progress("r-1", 40)));
        eventually(() -> two.latest().contains("40"));
        one.backend.stream().says(ScriptedBackend.of("alice", ScriptedBackend.progress("r-1", 20)));
        one.backend.stream().says(ScriptedBackend.of("alice", ScriptedBackend.success("r-1")));
        eventually(() -> one.fenced() == 2);
        assertTrue(two.latest().contains("40"), two::latest);
        one.paused = false;
        eventually(() -> !one.has());
        two.backend.stream().says(ScriptedBackend.of("alice", ScriptedBackend.success("r-1")));
        eventually(() -> one.latest().contains("OK"));
    }

    private void eventually(BooleanSupplier condition) {
        var deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it does not come");
            nodes.stream().filter(node -> !node.paused).forEach(node -> node.intake.tick());
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

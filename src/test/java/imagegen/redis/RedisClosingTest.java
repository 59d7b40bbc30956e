package imagegen.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is under way when Redis is lost, or this node stops. */
class RedisClosingTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final RedisProcess server = RedisProcess.start();
    private final Redis redis = RedisProcess.client(server.url(), Duration.ofMillis(1500));
    private final Channels channels = new Channels(redis);

    @AfterEach
    void stop() {
        redis.close();
        server.close();
    }

    @Test
    void aLineThatWasOpenedWhileTheNodeStoppedIsNotListenedTo() {
        redis.start();
        Redis.State before = redis.state();
        Connector.Opened line = redis.connect();
        redis.close();
        assertTimeoutPreemptively(SOON, () -> channels.listen(line, before));
    }

    @Test
    void aLineThatWasOpenedBeforeRedisWasLostIsNotListenedTo() {
        redis.start();
        Redis.State before = redis.state();
        Connector.Opened line = redis.connect();
        redis.giveUp();
        assertTimeoutPreemptively(SOON, () -> channels.listen(line, before));
    }

    @Test
    void whoeverAsksAfterItWasClosedIsAnsweredToo() {
        redis.close();
        Lane lane = new Lane(redis);
        lane.run();
        List<String> answers = new ArrayList<>();
        lane.add(new Lane.Call(null, null, null, (answer, failure) -> answers.add(failure.getMessage())));
        assertEquals(List.of("closed"), answers);
    }
}

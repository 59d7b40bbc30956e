package imagegen.log;

import imagegen.redis.Redis;
import imagegen.redis.RedisProcess;
import imagegen.time.Time;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Nodes that share a Redis, in this process. */
final class Nodes implements AutoCloseable {

    private final List<Redis> all = new ArrayList<>();

    record Node(Redis redis, RedisLogs logs) {

        /** Appends for Alice, one after the other. */
        void append(Update... updates) {
            for (Update update : updates) {
                LogsContract.now(logs.append("alice", update));
            }
        }

        List<String> unfinished() {
            return LogsContract.now(logs.unfinished("alice")).stream().map(RequestId::value).toList();
        }

        void stop() {
            redis.close();
        }
    }

    Node start(String url, Retention retention) {
        return start(url, retention, state -> { });
    }

    /** @param first told of ups and downs before the logs are */
    Node start(String url, Retention retention, Redis.Watcher first) {
        Redis redis = RedisProcess.client(url, Duration.ofMillis(1500));
        all.add(redis);
        redis.watch(first);
        RedisLogs logs = new RedisLogs(redis, retention, Time.system());
        redis.start();
        return new Node(redis, logs);
    }

    @Override
    public void close() {
        all.forEach(Redis::close);
    }
}

package imagegen.redis;

import imagegen.config.Settings;
import imagegen.time.Time;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/** The application's Redis, if its nodes are to share one. */
@ApplicationScoped
public class RedisProducer {

    @Resource
    private ManagedThreadFactory threads;

    private Optional<Redis> redis = Optional.empty();

    @Produces
    @Singleton
    Optional<Redis> redis() {
        Settings settings = Settings.of(ConfigProvider.getConfig());
        if (RedisConfig.wanted(settings)) {
            redis = Optional.of(new Redis(RedisConfig.from(settings), Time.system(), threads));
        }
        return redis;
    }

    @PreDestroy
    void close() {
        redis.ifPresent(Redis::close);
    }
}

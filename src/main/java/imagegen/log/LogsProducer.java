package imagegen.log;

import imagegen.config.Settings;
import imagegen.redis.Redis;
import imagegen.time.Time;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;

/** The application's logs, as configured, swept every few seconds. */
@ApplicationScoped
public class LogsProducer {

    private static final Duration SWEEP = Duration.ofSeconds(5);

    @Inject
    private Optional<Redis> redis;
    @Resource
    private ManagedScheduledExecutorService scheduler;
    private ScheduledFuture<?> sweeping;
    private Logs logs;
    private Runnable sweep;

    @PostConstruct
    void choose() {
        Retention retention = Retention.from(Settings.of(ConfigProvider.getConfig()));
        if (redis.isPresent()) {
            RedisLogs shared = new RedisLogs(redis.get(), retention, Time.system());
            redis.get().start();
            logs = shared;
            sweep = shared::sweep;
        } else {
            MemoryLogs alone = new MemoryLogs(retention, System::nanoTime);
            logs = alone;
            sweep = alone::sweep;
        }
    }

    @Produces
    @Singleton
    public Logs logs() {
        return logs;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        sweeping = scheduler.scheduleWithFixedDelay(sweep, SWEEP.toMillis(), SWEEP.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        if (sweeping != null) {
            sweeping.cancel(false);
        }
    }
}

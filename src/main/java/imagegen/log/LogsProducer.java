package imagegen.log;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** The application's logs, as configured, swept every few seconds. */
@ApplicationScoped
public class LogsProducer {

    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final MemoryLogs logs = new MemoryLogs(retention(ConfigProvider.getConfig()), System::nanoTime);

    @Resource
    private ManagedScheduledExecutorService scheduler;
    private ScheduledFuture<?> sweeping;

    @Produces
    @Singleton
    public Logs logs() {
        return logs;
    }

    static Retention retention(Config config) {
        Retention fallback = Retention.DEFAULT;
        return new Retention(
                config.getOptionalValue("image-gen.log.max-updates", Integer.class).orElse(fallback.maxUpdates()),
                config.getOptionalValue("image-gen.log.max-bytes", Long.class).orElse(fallback.maxBytes()),
                config.getOptionalValue("image-gen.log.max-age", Duration.class).orElse(fallback.maxAge()),
                config.getOptionalValue("image-gen.log.total-bytes", Long.class).orElse(fallback.totalBytes()));
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        sweeping = scheduler.scheduleWithFixedDelay(logs::sweep, SWEEP.toMillis(), SWEEP.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        if (sweeping != null) {
            sweeping.cancel(false);
        }
    }
}

package imagegen.backend;

import imagegen.time.Time;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.microprofile.config.ConfigProvider;

/** The backend as configured, on executors of its own: its calls block, its streams never do. */
@ManagedExecutorDefinition(name = BackendProducer.CALLS,
        maxAsync = HttpBackend.CALLERS_AT_ONCE + HttpBackend.SUPERVISION_AT_ONCE)
@ManagedExecutorDefinition(name = BackendProducer.STREAMS, maxAsync = 8)
@ApplicationScoped
public class BackendProducer {
    static final String CALLS = "java:app/concurrent/image-gen-calls";
    static final String STREAMS = "java:app/concurrent/image-gen-streams";

    @Resource(lookup = CALLS)
    private ManagedExecutorService calls;
    @Resource(lookup = STREAMS)
    private ManagedExecutorService streams;
    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Produces
    @Singleton
    BackendConfig config() {
        return BackendConfig.from(Settings.of(ConfigProvider.getConfig()));
    }

    @Produces
    @ApplicationScoped
    Backend backend(BackendConfig config) {
        var reach = new Reach(Time.system());
        return new HttpBackend(config, () -> address(config), calls,
                new BackendEvents(config, readers(config), scheduler, reach), reach);
    }

    /**
     * Who works through what the client has read. One stream for all users has nobody to share threads with: its
     * updates are written by the thread that has read them, in the application's context, which saves a hand-over and
     * a wake-up for each read.
     */
    private Executor readers(BackendConfig config) {
        return config.shared() ? streams.getContextService().currentContextExecutor() : streams;
    }

    void close(@Disposes Backend backend) {
        backend.close();
    }

    private static Optional<URI> address(BackendConfig config) {
        return switch (config.address()) {
            case BackendConfig.Address.Remote remote -> Optional.of(remote.base());
            case BackendConfig.Address.Embedded embedded -> embedded.base().or(OwnAddress::known);
        };
    }
}

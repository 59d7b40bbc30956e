package imagegen.backend;

import imagegen.config.Settings;
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
import org.eclipse.microprofile.config.ConfigProvider;

/** The backend as configured, on threads of its own, of which none ever waits for an answer. */
@ManagedExecutorDefinition(name = BackendProducer.READERS, maxAsync = 8)
@ManagedExecutorDefinition(name = BackendProducer.CONNECTORS, maxAsync = 4)
@ApplicationScoped
public class BackendProducer {
    static final String READERS = "java:app/concurrent/image-gen-readers";
    static final String CONNECTORS = "java:app/concurrent/image-gen-connectors";

    @Resource(lookup = READERS)
    private ManagedExecutorService readers;
    @Resource(lookup = CONNECTORS)
    private ManagedExecutorService connectors;
    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Produces
    @Singleton
    BackendConfig config() {
        return BackendConfig.from(Settings.of(ConfigProvider.getConfig()));
    }

    /**
     * One stream for all users has nobody to share threads with: its updates are written by the thread that has read
     * them, in the application's context, which saves a hand-over and a wake-up for each read.
     */
    @Produces
    @ApplicationScoped
    Backend backend(BackendConfig config) {
        var reach = new Reach(Time.system());
        // A virtual thread has no context of its own: the Rest Client, and what is chained to a call, such as a
        // response, are to find the application's classes all the same.
        var context = readers.getContextService().currentContextExecutor();
        var call = Thread.ofVirtual().name("image-gen-call-", 0).factory();
        return new HttpBackend(config, () -> address(config), readers,
                task -> call.newThread(() -> context.execute(task)).start(),
                new HttpStreams(config, config.shared() ? context : readers, connectors, scheduler, reach), reach);
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

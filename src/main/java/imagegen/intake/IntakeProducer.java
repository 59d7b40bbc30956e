package imagegen.intake;

import imagegen.access.Attendance;
import imagegen.backend.Backend;
import imagegen.backend.BackendConfig;
import imagegen.config.Settings;
import imagegen.lease.Leases;
import imagegen.log.Logs;
import imagegen.telemetry.Telemetry;
import imagegen.time.Time;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.ConfigProvider;

/** The application's intake: made from its configuration, ticking while it runs. */
@ApplicationScoped
public class IntakeProducer {
    private static final System.Logger LOG = System.getLogger(Intake.class.getName());

    @Inject
    private Backend backend;
    @Inject
    private BackendConfig config;
    @Inject
    private Logs logs;
    @Inject
    private Leases leases;
    @Inject
    private Telemetry telemetry;
    @Resource
    private ManagedScheduledExecutorService scheduler;

    private Intake intake;
    private ScheduledFuture<?> ticking;

    @Produces
    @Singleton
    public synchronized Intake intake() {
        if (intake == null) {
            intake = new Intake(Time.system(), RandomGenerator.getDefault(), backend, logs,
                    // Each node's embedded backend is another
                    config.embedded() ? Leases.alone() : leases, telemetry.intake(), config,
                    IntakeConfig.from(settings()), () -> settings().text(BackendConfig.SERVICE_TOKEN));
        }
        return intake;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Attendance attendance) {
        var ours = intake();
        telemetry.backendState(BackendState.WORDS, () -> ours.state().word());
        telemetry.gauge("image.gen.backend.streams", "Streams of the backend that this node has open",
                ours, Intake::streams);
        telemetry.gauge("image.gen.backend.polled", "Users who are polled for, since their stream can't be had", ours,
                it -> it.state().polling());
        attendance.observe(ours.observer());
    }

    /**
     * The application is up. Not before: the first call to the backend sets up the server's Rest Client, and Jersey
     * fails now and then where that comes while another thread sets up the application's resources (Jersey issue 4841).
     */
    public void begin() {
        var ours = intake();
        ticking = scheduler.scheduleWithFixedDelay(() -> {
            try {
                ours.tick();
            } catch (RuntimeException | Error e) {
                // Whatever fails, the next tick must come.
                LOG.log(Level.ERROR, "a tick of intake failed", e);
            }
        }, 0, Intake.TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        if (intake != null) {
            intake.close();
        }
    }

    private static Settings settings() {
        return Settings.of(ConfigProvider.getConfig());
    }
}

package imagegen.delivery;

import imagegen.access.Attendance;
import imagegen.access.TokenClock;
import imagegen.lease.Leases;
import imagegen.log.Logs;
import imagegen.rollout.TransportPolicy;
import imagegen.telemetry.Telemetry;
import imagegen.time.Time;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.util.Random;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;

/** The application's deliveries: made from its configuration, ticking while it runs, drained before it goes. */
@ApplicationScoped
public class DeliveriesProducer {

    private static final System.Logger LOG = System.getLogger(Deliveries.class.getName());

    @Inject
    private Config config;
    @Inject
    private Logs logs;
    @Inject
    private Leases leases;
    @Inject
    private Attendance attendance;
    @Inject
    private TransportPolicy policy;
    @Inject
    private TokenClock tokens;
    @Inject
    private Telemetry telemetry;
    @Resource
    private ManagedScheduledExecutorService scheduler;
    @Resource
    private ManagedExecutorService executor;

    private Deliveries deliveries;
    private ScheduledFuture<?> ticking;
    private ServerStop serverStop;

    @Produces
    @Singleton
    public Deliveries deliveries() {
        return deliveries;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) ServletContext application) {
        Deliveries ours = new Deliveries(DeliveryConfig.of(config), logs, attendance, policy, tokens,
                new Deliveries.Means(Time.system(), new Random(), executor), telemetry, application.getContextPath());
        deliveries = ours;
        long tick = Deliveries.TICK.toMillis();
        ticking = scheduler.scheduleAtFixedRate(() -> {
            try {
                ours.tick();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a tick of the deliveries failed", e);
            }
        }, tick, tick, TimeUnit.MILLISECONDS);
        serverStop = ServerStop.before(this::drain);
    }

    /** Where the server has been heard to stop before, nothing is open any more. */
    void stop(@Observes @BeforeDestroyed(ApplicationScoped.class) Object event) {
        if (serverStop != null) {
            serverStop.close();
        }
        drain();
        if (ticking != null) {
            ticking.cancel(false);
        }
    }

    private void drain() {
        // Before anybody is told to go: the others then have the backend's streams when they come
        leases.giveUp();
        try {
            deliveries.drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

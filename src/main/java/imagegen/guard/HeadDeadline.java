package imagegen.guard;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.ServletRequest;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A total deadline for requests' heads, where the server has none to configure: {@link #PATIENCE} after its first byte a
 * head is whole or its connection ended.
 *
 * <p>Any thread.
 */
@ApplicationScoped
class HeadDeadline {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final System.Logger LOG = System.getLogger(HeadDeadline.class.getName());

    @Resource
    private ManagedScheduledExecutorService scheduler;

    /** Where a request that was looked at came in: what the server is asked for once is not asked for with each. */
    private record Door(String address, int port) {
    }

    private final Set<Door> known = ConcurrentHashMap.newKeySet();
    private final Map<Object, GrizzlyListener> listeners = new ConcurrentHashMap<>();
    /** Another server, with a deadline of its own. */
    private volatile boolean another;
    private ScheduledFuture<?> looking;

    @PostConstruct
    void start() {
        looking = scheduler.scheduleWithFixedDelay(() -> listeners.values().forEach(GrizzlyListener::look),
                LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        looking.cancel(false);
        listeners.values().forEach(GrizzlyListener::close);
    }

    /** From the first request of a listener on, the heads of all that come to it have the deadline. */
    void watch(ServletRequest request) {
        if (another) {
            return;
        }
        Door door = new Door(request.getLocalAddr(), request.getLocalPort());
        if (known.contains(door)) {
            return;
        }
        try {
            Optional<Object> codec = GrizzlyListener.codec(request);
            if (codec.isPresent()) {
                add(codec.get());
            }
            known.add(door);
        } catch (ReflectiveOperationException | RuntimeException e) {
            another = true;
            LOG.log(Level.DEBUG, "heads are the server's affair here", e);
        }
    }

    private synchronized void add(Object codec) throws ReflectiveOperationException {
        if (!listeners.containsKey(codec)) {
            listeners.put(codec, new GrizzlyListener(codec, PATIENCE));
        }
    }
}

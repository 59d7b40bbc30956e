package imagegen.page;

import imagegen.sse.NonBlockingOutput;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * All files on their way. Whoever takes nothing for {@code image-gen.delivery.stall-timeout} is dropped, as readers of
 * streams are. So is the slowest when there are too many: each may hold 256 KB of the server's heap.
 *
 * <p>Any thread.
 */
@ApplicationScoped
class Transfers {

    static final int MOST = 500;

    private static final Duration LOOK = Duration.ofSeconds(1);

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    @ConfigProperty(name = "image-gen.delivery.stall-timeout", defaultValue = "PT20S")
    private Duration stallTimeout;

    private final Set<Transfer> open = ConcurrentHashMap.newKeySet();
    private ScheduledFuture<?> looking;

    @PostConstruct
    void start() {
        looking = scheduler.scheduleWithFixedDelay(() -> look(System.nanoTime()), LOOK.toMillis(), LOOK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        looking.cancel(false);
    }

    /** Sends the whole body of that request's answer, whose headers are set, and ends it. */
    void send(byte[] body, HttpServletRequest request) throws IOException {
        var context = request.startAsync();
        Transfer transfer = new Transfer(new NonBlockingOutput(context), body, open::remove);
        open.add(transfer);
        if (open.size() > MOST) {
            long now = System.nanoTime();
            open.stream().filter(each -> each.stalledFor(now) > 0).max(Comparator.comparingLong(each -> each.stalledFor(now)))
                    .ifPresent(slowest -> slowest.giveUp(Duration.ofNanos(slowest.stalledFor(now))));
        }
        transfer.begin();
    }

    private void look(long now) {
        for (Transfer transfer : open) {
            long stalled = transfer.stalledFor(now);
            if (stalled > stallTimeout.toNanos()) {
                transfer.giveUp(Duration.ofNanos(stalled));
            }
        }
    }
}

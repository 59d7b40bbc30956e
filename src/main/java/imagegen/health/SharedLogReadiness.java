package imagegen.health;

import imagegen.redis.Redis;
import imagegen.telemetry.Telemetry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Says whether this node shares its log with the others. Ready in any case: without Redis it goes on alone, and that
 * is better than no node at all.
 */
@Readiness
@ApplicationScoped
public class SharedLogReadiness implements HealthCheck {

    @Inject
    private Optional<Redis> redis;

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Telemetry telemetry) {
        redis.ifPresent(shared -> telemetry.gauge("image.gen.redis.up",
                "1 while this node shares its log with others through Redis", shared, it -> it.state().up() ? 1 : 0));
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("shared-log").up();
        if (redis.isEmpty()) {
            return response.withData("log", "memory").build();
        }
        Redis.State state = redis.get().state();
        response.withData("log", state.up() ? "shared" : "degraded");
        if (!state.up()) {
            response.withData("trouble", state.trouble());
        }
        return response.build();
    }
}

package imagegen.health;

import imagegen.delivery.Deliveries;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready from the moment on at which open streams are asked to go elsewhere. */
@Readiness
@ApplicationScoped
public class DrainReadiness implements HealthCheck {

    @Inject
    private Deliveries deliveries;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("streams").status(!deliveries.draining()).build();
    }
}

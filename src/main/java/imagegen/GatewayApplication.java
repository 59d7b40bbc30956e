package imagegen;

import imagegen.access.RefusalCounter;
import imagegen.access.SessionResource;
import imagegen.delivery.polling.UpdatesResource;
import imagegen.delivery.sse.EventsResource;
import imagegen.embedded.TokenResource;
import imagegen.problem.ProblemMapper;
import imagegen.problem.ProblemWriter;
import imagegen.requests.RequestsResource;
import imagegen.rollout.TelemetryResource;
import imagegen.rollout.TransportResource;
import imagegen.telemetry.MetricsResource;
import jakarta.annotation.security.DeclareRoles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/**
 * The gateway's REST half. Callers are known by their MicroProfile JWT; what needs one says {@code @RolesAllowed}.
 * There is no {@code @LoginConfig}: the tokens are checked by {@link imagegen.access.TokenMechanism}, and Open Liberty
 * allows only one of the two.
 *
 * <p>Its resources and providers are named one by one: found by themselves, those of the embedded backend would be
 * among them, under the same paths.
 */
@ApplicationPath("/api")
@DeclareRoles({"user", "service"})
@ApplicationScoped
public class GatewayApplication extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(
            EventsResource.class,
            UpdatesResource.class,
            TransportResource.class,
            TelemetryResource.class,
            MetricsResource.class,
            RequestsResource.class,
            SessionResource.class,
            RefusalCounter.class,
            TokenResource.class,
            ProblemMapper.class,
            ProblemWriter.class);
    }
}

package imagegen.access;

import imagegen.problem.Problem;
import imagegen.telemetry.Telemetry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/** Counts the problem documents that callers get. */
@Provider
@ApplicationScoped
public class RefusalCounter implements ContainerResponseFilter {

    @Inject
    private Telemetry telemetry;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getEntity() instanceof Problem problem) {
            telemetry.refused(problem.name());
        }
    }
}

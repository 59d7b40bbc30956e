package imagegen.embedded;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import org.eclipse.microprofile.config.ConfigProvider;

/** While another backend is configured there is nothing here, under any path or method. */
@Provider
@PreMatching
public class PresenceFilter implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        if (!Settings.embedded(ConfigProvider.getConfig())) {
            request.abortWith(Response.status(Response.Status.NOT_FOUND).build());
        }
    }
}

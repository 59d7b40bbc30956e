package imagegen.embedded;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.Set;

/** The embedded backend's HTTP side; shares nothing with the gateway's. */
@ApplicationScoped
@ApplicationPath("/v1")
public class EmbeddedApplication extends Application {

    /** As the gateway's. */
    @Override
    public Map<String, Object> getProperties() {
        return Map.of("jersey.config.server.wadl.disableWadl", true,
                "jersey.config.server.headers.location.relative.resolution.disabled", true);
    }

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(RequestsResource.class, EventsResource.class, ImagesResource.class,
            PresenceFilter.class, TokenFilter.class, ErrorMapper.class);
    }
}

package imagegen.embedded;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** The embedded backend's HTTP side; shares nothing with the gateway's. */
@ApplicationScoped
@ApplicationPath("/v1")
public class EmbeddedApplication extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(RequestsResource.class, EventsResource.class, ImagesResource.class,
            PresenceFilter.class, TokenFilter.class, ErrorMapper.class);
    }
}

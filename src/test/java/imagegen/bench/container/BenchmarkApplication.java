package imagegen.bench.container;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Beside the gateway's own application; whoever asks says which user's updates. */
@ApplicationPath("/bench")
@ApplicationScoped
public class BenchmarkApplication extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(SinkResource.class, BroadcasterResource.class);
    }
}

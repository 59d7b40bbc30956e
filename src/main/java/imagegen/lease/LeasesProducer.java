package imagegen.lease;

import imagegen.redis.Redis;
import imagegen.time.Time;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The application's leases: those of all nodes, if they share a Redis. */
@ApplicationScoped
public class LeasesProducer {

    @Produces
    @Singleton
    Leases leases(Optional<Redis> redis) {
        return redis.<Leases>map(shared -> new RedisLeases(shared, Time.system())).orElseGet(Leases::alone);
    }
}

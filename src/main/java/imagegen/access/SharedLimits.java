package imagegen.access;

import imagegen.lease.Leases;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;

/** Has a user's streams on other nodes count here. */
@ApplicationScoped
public class SharedLimits {

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Attendance attendance, Leases leases) {
        attendance.countWith(leases.counts("streams"));
    }
}

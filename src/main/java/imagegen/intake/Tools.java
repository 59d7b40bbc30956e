package imagegen.intake;

import imagegen.backend.Backend;
import imagegen.lease.Leases;
import imagegen.limit.Quota;
import imagegen.log.Logs;
import imagegen.telemetry.IntakeMeter;
import imagegen.time.Time;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/**
 * What intake works with, the same for all users.
 *
 * @param answers     whether the backend has ever told a request's status: only then does its denial of another mean
 *                    anything
 * @param leases      on the streams of single users
 * @param callers     the calls that callers wait for
 * @param supervision the calls that nobody waits for
 * @param unknown     how many requests that we know nothing of a user may have looked up
 */
record Tools(
        Backend backend,
        AtomicBoolean answers,
        FairCalls callers,
        FairCalls supervision,
        Quota unknown,
        Logs logs,
        Leases leases,
        Inbox inbox,
        IntakeMeter meter,
        IntakeConfig config,
        Time time,
        RandomGenerator random) {
}

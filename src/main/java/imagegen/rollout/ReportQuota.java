package imagegen.rollout;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much of one user's telemetry counts in a minute. What browsers report is their word; nobody's may drown that of all
 * the others.
 *
 * <p>Any thread. Remembers who has reported in this minute, and nothing of the last one.
 */
final class ReportQuota {

    /** A browser reports every ten seconds; this is three of them at once. */
    static final int REPORTS = 20;
    /** Openings, reconnects and errors together. */
    static final long EVENTS = 1_000;
    static final long MESSAGES = 100_000;

    static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanos;
    private final ConcurrentHashMap<String, Used> used = new ConcurrentHashMap<>();
    /** Guarded by this. */
    private long began;

    private record Used(int reports, long events, long messages) {

        Used and(List<ClientReport> more) {
            return new Used(reports + 1,
                    events + more.stream().mapToLong(it -> it.opens() + it.reconnects() + it.errors()).sum(),
                    messages + more.stream().mapToLong(ClientReport::messages).sum());
        }

        boolean fits() {
            return reports <= REPORTS && events <= EVENTS && messages <= MESSAGES;
        }
    }

    ReportQuota(LongSupplier nanos) {
        this.nanos = nanos;
        this.began = nanos.getAsLong();
    }

    /** Whether this user may add that; if so, it is used up. */
    boolean takes(String user, List<ClientReport> reports) {
        turnOver();
        boolean[] taken = new boolean[1];
        used.compute(user, (name, before) -> {
            Used now = (before == null ? new Used(0, 0, 0) : before).and(reports);
            taken[0] = now.fits();
            return taken[0] ? now : before;
        });
        return taken[0];
    }

    private synchronized void turnOver() {
        if (nanos.getAsLong() - began >= MINUTE) {
            began = nanos.getAsLong();
            used.clear();
        }
    }

    /** How many users it remembers. */
    int size() {
        return used.size();
    }
}

package imagegen.log;

import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toList;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The logs in this process' memory, by user, bounded in age and in all. Any thread.
 *
 * @param <T> what there is for each user, a log in it
 */
final class LogTable<T> {

    private final Retention retention;
    private final LongSupplier nanoTime;
    private final BiFunction<String, LongAdder, T> begin;
    private final Function<T, UpdateLog> logOf;
    private final Consumer<T> retired;
    private final ConcurrentHashMap<String, T> users = new ConcurrentHashMap<>();
    private final LongAdder totalBytes = new LongAdder();
    private final AtomicBoolean shrinking = new AtomicBoolean();
    private long appendsSinceCheck;

    /**
     * @param begin   what there is for a user who is new; given the count of all bytes
     * @param retired told of what is no longer there
     */
    LogTable(Retention retention, LongSupplier nanoTime, BiFunction<String, LongAdder, T> begin,
             Function<T, UpdateLog> logOf, Consumer<T> retired) {
        this.retention = retention;
        this.nanoTime = nanoTime;
        this.begin = begin;
        this.logOf = logOf;
        this.retired = retired;
    }

    /** What there is for this user, or {@code null}. */
    T get(String user) {
        return users.get(user);
    }

    T getOrBegin(String user) {
        T known = users.get(user);
        return known != null ? known : users.computeIfAbsent(user, key -> begin.apply(key, totalBytes));
    }

    Collection<T> all() {
        return users.values();
    }

    int size() {
        return users.size();
    }

    long bytes() {
        return totalBytes.sum();
    }

    /** Drops what is too old, and the logs of users of whom nothing is left. */
    void sweep() {
        long now = nanoTime.getAsLong();
        users.values().forEach(one -> logOf.apply(one).expire(now));
        users.keySet().forEach(user -> users.computeIfPresent(user, (key, one) -> {
            if (!logOf.apply(one).retire(now)) {
                return one;
            }
            retired.accept(one);
            return null;
        }));
        shrink();
    }

    /** Adding up costs more than appending does, so it is done once in a while; a racy count is good enough. */
    void appended() {
        if ((++appendsSinceCheck & 0xff) == 0) {
            shrink();
        }
    }

    /** Least recently used users first, those whom nobody reads before those who have readers. */
    private void shrink() {
        if (totalBytes.sum() <= retention.totalBytes() || !shrinking.compareAndSet(false, true)) {
            return;
        }
        try {
            record Candidate(UpdateLog log, boolean read, long usedAt) {
            }
            long now = nanoTime.getAsLong();
            Map<Boolean, List<UpdateLog>> candidates = users.values().stream().map(logOf)
                    .map(log -> new Candidate(log, log.hasReaders(), log.usedAt() - now))
                    .sorted(Comparator.comparing(Candidate::usedAt))
                    .collect(partitioningBy(Candidate::read, mapping(Candidate::log, toList())));
            reduce(candidates.get(false), log -> {
                log.clear();
                log.forgetDropped();
            });
            reduce(candidates.get(true), UpdateLog::clear);
            reduce(candidates.get(true), UpdateLog::forgetDropped);
        } finally {
            shrinking.set(false);
        }
    }

    /** Down to 90 %, or every append would sort all users again. */
    private void reduce(List<UpdateLog> candidates, Consumer<UpdateLog> how) {
        long goal = retention.totalBytes() / 10 * 9;
        for (UpdateLog log : candidates) {
            if (totalBytes.sum() <= goal) {
                return;
            }
            how.accept(log);
        }
    }
}

package imagegen.log;

import static java.util.concurrent.CompletableFuture.completedStage;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toList;

import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The logs in this process' memory. Every stage is complete when it is returned.
 *
 * <p>Time is monotonic, so that a clock that jumps expires nothing.
 */
public final class MemoryLogs implements Logs {

    private static final BigInteger EPOCHS = BigInteger.valueOf(Character.MAX_RADIX).pow(10);

    private final Retention retention;
    private final LongSupplier nanoTime;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, UpdateLog> logs = new ConcurrentHashMap<>();
    private final LongAdder totalBytes = new LongAdder();
    private final AtomicBoolean shrinking = new AtomicBoolean();
    private long appendsSinceCheck;

    /** @param nanoTime a monotonic clock in nanoseconds, as {@link System#nanoTime} */
    public MemoryLogs(Retention retention, LongSupplier nanoTime) {
        this.retention = retention;
        this.nanoTime = nanoTime;
    }

    @Override
    public CompletionStage<Outcome> append(String user, Update update) {
        return append(user, log -> log.append(update, nanoTime.getAsLong()));
    }

    @Override
    public CompletionStage<Outcome> begin(String user, Update first) {
        return append(user, log -> log.begin(first, nanoTime.getAsLong()));
    }

    private CompletionStage<Outcome> append(String user, Function<UpdateLog, Optional<Outcome>> appending) {
        Optional<Outcome> outcome;
        do {
            outcome = appending.apply(of(user));
        } while (outcome.isEmpty());
        boundTotal();
        return outcome.get().stage();
    }

    @Override
    public Reader open(String user, Optional<Cursor> after, Set<RequestId> only, Runnable wake) {
        Optional<Reader> reader;
        do {
            reader = of(user).open(after, only, wake, nanoTime.getAsLong());
        } while (reader.isEmpty());
        return reader.get();
    }

    @Override
    public CompletionStage<Optional<Entry>> latest(String user, RequestId id) {
        return completedStage(Optional.ofNullable(logs.get(user)).flatMap(log -> log.latest(id)));
    }

    @Override
    public CompletionStage<List<RequestId>> unfinished(String user) {
        return completedStage(Optional.ofNullable(logs.get(user)).map(UpdateLog::unfinished).orElse(List.of()));
    }

    /** Drops what is too old, and the logs of users of whom nothing is left; call it every few seconds. */
    public void sweep() {
        long now = nanoTime.getAsLong();
        for (UpdateLog log : logs.values()) {
            log.expire(now);
        }
        logs.keySet().forEach(user -> logs.computeIfPresent(user, (key, log) -> log.retire(now) ? null : log));
        shrink();
    }

    /** How many users are remembered. */
    public int users() {
        return logs.size();
    }

    /** About how many bytes of heap the updates of all users take. */
    public long bytes() {
        return totalBytes.sum();
    }

    private UpdateLog of(String user) {
        UpdateLog log = logs.get(user);
        return log != null ? log : logs.computeIfAbsent(user,
                key -> new UpdateLog(epoch(), retention, totalBytes, nanoTime.getAsLong()));
    }

    private String epoch() {
        BigInteger number = new BigInteger(64, random).mod(EPOCHS);
        return number.toString(Character.MAX_RADIX);
    }

    /** Adding up costs more than appending does, so it is done once in a while; a racy count is good enough. */
    private void boundTotal() {
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
            Map<Boolean, List<UpdateLog>> candidates = logs.values().stream()
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

package imagegen.log;

import static java.util.concurrent.CompletableFuture.completedStage;

import imagegen.lease.Fence;
import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The logs in this process' memory, and nowhere else. Every stage is complete when it is returned.
 *
 * <p>Time is monotonic, so that a clock that jumps expires nothing.
 */
public final class MemoryLogs implements Logs {

    private final LongSupplier nanoTime;
    private final LogTable<UpdateLog> logs;

    /** @param nanoTime a monotonic clock in nanoseconds, as {@link System#nanoTime} */
    public MemoryLogs(Retention retention, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.logs = new LogTable<>(retention, nanoTime,
                (user, totalBytes) -> new UpdateLog(retention, totalBytes, nanoTime.getAsLong()),
                log -> log, log -> { });
    }

    @Override
    public CompletionStage<Outcome> append(String user, Update update, Fence fence) {
        return append(user, log -> log.append(update, nanoTime.getAsLong()));
    }

    @Override
    public CompletionStage<Outcome> begin(String user, Update first) {
        return append(user, log -> log.begin(first, nanoTime.getAsLong()));
    }

    private CompletionStage<Outcome> append(String user, Function<UpdateLog, Optional<Outcome>> appending) {
        Optional<Outcome> outcome;
        do {
            outcome = appending.apply(logs.getOrBegin(user));
        } while (outcome.isEmpty());
        logs.appended();
        return outcome.get().stage();
    }

    @Override
    public Reader open(String user, Optional<Cursor> after, Set<RequestId> only, Runnable wake) {
        Optional<Reader> reader;
        do {
            reader = logs.getOrBegin(user).open(after, only, wake, nanoTime.getAsLong());
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

    /** Drops what is too old, and what is left of users who have gone; to be called every few seconds. */
    public void sweep() {
        logs.sweep();
    }

    /** How many users this node remembers. */
    public int users() {
        return logs.size();
    }

    /** About how many bytes of this node's heap the updates of all users take. */
    public long bytes() {
        return logs.bytes();
    }
}

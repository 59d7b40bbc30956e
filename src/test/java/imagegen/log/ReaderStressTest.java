package imagegen.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.update.Cursor;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Success;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real threads, because their interleavings are the point: thousands of races, each forced by a barrier. */
class ReaderStressTest {

    private static final int RACES = 5_000;
    private static final int SECONDS_UNTIL_A_WAKE_UP_IS_LOST = 10;

    private final MemoryLogs logs =
            new MemoryLogs(new Retention(8, 1 << 20, Duration.ofHours(1), 64 << 20), System::nanoTime);
    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void anUpdateAppendedWhileAReaderOpensIsSeenOrAnnounced() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        Future<?> appending = threads.submit(() -> {
            for (int race = 0; race < RACES; race++) {
                start.await();
                logs.append("alice", done(race));
            }
            return null;
        });
        Optional<Cursor> cursor = Optional.empty();
        for (int race = 0; race < RACES; race++) {
            Semaphore woken = new Semaphore(0);
            start.await();
            try (Reader reader = logs.open("alice", cursor, Set.of(), woken::release)) {
                assertEquals("r" + race, nextEnd(reader, woken));
                cursor = Optional.of(reader.cursor());
            }
        }
        appending.get();
    }

    @Test
    void anUpdateAppendedWhileAReaderFindsNothingMoreIsAnnounced() throws Exception {
        Semaphore woken = new Semaphore(0);
        CyclicBarrier start = new CyclicBarrier(3);
        for (int writer = 0; writer < 2; writer++) {
            int parity = writer;
            threads.submit(() -> {
                for (int race = 0; race < RACES; race++) {
                    start.await();
                    logs.append("alice", Progress.of(new RequestId("w" + parity + "-" + race), 1));
                    logs.append("alice", done(2 * race + parity));
                }
                return null;
            });
        }
        try (Reader reader = logs.open("alice", Optional.empty(), Set.of(), woken::release)) {
            for (int race = 0; race < RACES; race++) {
                start.await();
                Set<String> both = Set.of(nextEnd(reader, woken), nextEnd(reader, woken));
                assertEquals(Set.of("r" + 2 * race, "r" + (2 * race + 1)), both);
            }
        }
    }

    @Test
    void nothingThatIsAppendedAfterAReaderClosedWakesIt() throws Exception {
        CyclicBarrier step = new CyclicBarrier(2);
        Future<?> appending = threads.submit(() -> {
            for (int race = 0; race < RACES; race++) {
                step.await();
                logs.append("alice", done(race));
                step.await();
            }
            return null;
        });
        for (int race = 0; race < RACES; race++) {
            Semaphore woken = new Semaphore(0);
            Reader reader = logs.open("alice", Optional.empty(), Set.of(), woken::release);
            step.await();
            reader.close();
            step.await();
            woken.drainPermits();
            logs.append("alice", done(RACES + race));
            assertEquals(0, woken.availablePermits());
        }
        appending.get();
    }

    /** What a subscriber does: reads until there is nothing more, then waits for the wake-up. */
    private static String nextEnd(Reader reader, Semaphore woken) throws InterruptedException {
        while (true) {
            for (Optional<Reading> next = reader.next(); next.isPresent(); next = reader.next()) {
                if (next.get() instanceof Entry entry && entry.terminal()) {
                    return entry.requestId().value();
                }
            }
            assertTrue(woken.tryAcquire(SECONDS_UNTIL_A_WAKE_UP_IS_LOST, TimeUnit.SECONDS), "a wake-up was lost");
        }
    }

    private static Success done(int race) {
        return Success.of(new RequestId("r" + race), List.of());
    }
}

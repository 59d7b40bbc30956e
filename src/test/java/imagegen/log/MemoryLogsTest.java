package imagegen.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.update.Cursor;
import imagegen.update.Failure;
import imagegen.update.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryLogsTest extends LogsContract {

    private long now = 1_000_000;
    private final MemoryLogs logs = new MemoryLogs(RETENTION, () -> now);

    @Override
    Logs logs() {
        return logs;
    }

    @Nested
    class ResumingWithTime {

        @Test
        void progressThatAgedOutIsAGapUntilItsRequestIsHeardOfAgain() {
            Cursor early = open().cursor();
            append(progress("a", 1));
            now += Duration.ofMinutes(11).toNanos();
            assertEquals(List.of("GAP_EXPIRED"), rest(open(early)));
            append(done("a"));
            assertEquals(List.of("COMPLETE", "a:OK"), rest(open(early)));
        }

        @Test
        void whoHasSeenTheProgressThatAgedOutHasMissedNothingAndHearsOfTheEnd() {
            append(progress("a", 1));
            Reader reader = open();
            rest(reader);
            now += Duration.ofMinutes(11).toNanos();
            Reader resumed = open(reader.cursor());
            assertEquals(List.of("COMPLETE"), rest(resumed));
            append(done("a"));
            assertEquals(List.of("a:OK"), rest(reader));
            assertEquals(List.of("a:OK"), rest(resumed));
        }

        @Test
        void aGapIsToldOnceEvenIfNothingFollowsIt() {
            Reader early = open();
            append(progress("a", 1));
            now += Duration.ofMinutes(11).toNanos();
            logs.sweep();
            assertEquals(List.of("GAP_EXPIRED"), rest(early));
            assertEquals(List.of("COMPLETE"), rest(open(early.cursor())));
        }
    }

    @Nested
    class DroppedRequestsAreRememberedWithTime {

        @Test
        void asUnfinishedUntilTheyEnd() {
            append(progress("a", 1), progress("b", 1));
            now += Duration.ofMinutes(11).toNanos();
            logs.sweep();
            append(progress("c", 1));
            assertEquals(List.of("a", "b", "c"), unfinished());
            append(done("a"));
            assertEquals(List.of("b", "c"), unfinished());
        }

        @Test
        void asUnfinishedForLongerThanTheirUpdatesEvenIfTheUserHasLeft() {
            append(progress("a", 1));
            now += Duration.ofMinutes(40).toNanos();
            logs.sweep();
            assertEquals(List.of("a"), unfinished());
            now += Duration.ofMinutes(40).toNanos();
            logs.sweep();
            assertEquals(List.of(), unfinished());
            assertEquals(0, logs.users());
            assertEquals(0, logs.bytes());
        }

        @Test
        void soThatABeginningIsLate() {
            append(progress("a", 50), done("b"));
            now += Duration.ofMinutes(11).toNanos();
            logs.sweep();
            assertEquals(Outcome.LATE, now(logs.begin("alice", progress("a", 0))));
            assertEquals(Outcome.LATE, now(logs.begin("alice", progress("b", 0))));
        }

        @Test
        void soThatNothingFollowsTheEnd() {
            Reader reader = open();
            append(done("a"));
            assertEquals(List.of("a:OK"), rest(reader));
            now += Duration.ofMinutes(11).toNanos();
            logs.sweep();
            assertEquals(Outcome.LATE, now(logs.append("alice", progress("a", 99))));
            assertEquals(List.of(), rest(reader));
        }

        @Test
        void soThatAnEndToldAgainReachesWhoNamesItAndNobodyTwice() {
            Reader fromTheStart = open();
            append(done("a"));
            assertEquals(List.of("a:OK"), rest(fromTheStart));
            Reader leaves = open();
            rest(leaves);
            now += Duration.ofMinutes(11).toNanos();
            Reader names = logs.open("alice", Optional.empty(), Set.of(new RequestId("a")), () -> { });
            assertEquals(List.of(), rest(names));

            append(done("a"));
            assertEquals(List.of("a:OK"), rest(names));
            assertEquals(List.of(), rest(fromTheStart));
            assertEquals(List.of("COMPLETE"), rest(open(leaves.cursor())));
            assertEquals(List.of("COMPLETE"), rest(open(names.cursor())));
            assertEquals(List.of("a:OK"), rest(open()), "as the latest state, to whom knows nothing");
        }

        @Test
        void soThatAnEndToldAThirdTimeReachesOnlyWhoNeverHadIt() {
            append(done("a"));
            now += Duration.ofMinutes(11).toNanos();
            Reader second = open();
            append(done("a"));
            assertEquals(List.of("a:OK"), rest(second));
            now += Duration.ofMinutes(11).toNanos();
            Reader third = open();
            append(done("a"));
            assertEquals(List.of("a:OK"), rest(third));
            assertEquals(List.of(), rest(second));
        }
    }

    @Nested
    class RememberingWithTime {

        @Test
        void isBoundedInBytesButKeepsTheLatest() {
            MemoryLogs small = new MemoryLogs(new Retention(100, 1_000, Duration.ofMinutes(1), 1_000_000), () -> now);
            small.append("alice", Failure.of(new RequestId("a"), "x".repeat(400)));
            small.append("alice", Failure.of(new RequestId("b"), "x".repeat(5_000)));
            assertEquals(List.of("b:ERROR"), rest(small.open("alice", Optional.empty(), Set.of(), () -> { })));
        }

        @Test
        void endsAtTheAgeLimitAndForgetsTheUser() {
            append(done("a"));
            Cursor cursor = open().cursor();
            now += Duration.ofMinutes(11).toNanos();
            append(done("b"));
            assertEquals(List.of("GAP_EXPIRED", "b:OK"), rest(open(cursor)));
        }

        @Test
        void forgetsAUserOnceNothingIsLeftAndNobodyReads() {
            Reader reader = open();
            append(done("a"));
            now += Duration.ofMinutes(30).toNanos();
            logs.sweep();
            assertEquals(1, logs.users(), "somebody still reads");
            reader.close();
            now += Duration.ofMinutes(30).toNanos();
            logs.sweep();
            assertEquals(0, logs.users());
            assertEquals(0, logs.bytes());
        }

        @Test
        void inAllIsBoundedAndTheLeastRecentlyUsedWithoutReadersGoFirst() {
            MemoryLogs bounded = new MemoryLogs(new Retention(10, 10_000, Duration.ofHours(1), 100_000), () -> now);
            Reader reader = bounded.open("reader", Optional.empty(), Set.of(), () -> { });
            bounded.append("reader", done("kept"));
            for (int user = 0; user < 1_000; user++) {
                now += 1_000;
                bounded.append("user-" + user, done("a"));
            }
            bounded.sweep();
            assertTrue(bounded.bytes() <= 100_000, () -> bounded.bytes() + " bytes");
            assertEquals(List.of("kept:OK"), rest(reader));
            assertEquals(Optional.empty(), now(bounded.latest("user-0", new RequestId("a"))));
            assertTrue(now(bounded.latest("user-999", new RequestId("a"))).isPresent());
        }
    }

    @Test
    void noUpdateFallsBetweenReplayAndLiveWhoeverRaces() throws Exception {
        int writers = 4;
        int each = 200;
        MemoryLogs racing = new MemoryLogs(new Retention(2_000, 10_000_000, Duration.ofHours(1), 100_000_000), System::nanoTime);
        try (ExecutorService threads = Executors.newFixedThreadPool(writers + 4)) {
            CyclicBarrier start = new CyclicBarrier(writers + 4);
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "w" + writer;
                all.add(threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < each; i++) {
                        racing.append("alice", progress(name + "-" + i, 50));
                        racing.append("alice", done(name + "-" + i));
                    }
                    return null;
                }));
            }
            for (int r = 0; r < 4; r++) {
                Random random = new Random(r);
                all.add(threads.submit(() -> {
                    start.await();
                    Set<RequestId> seen = ConcurrentHashMap.newKeySet();
                    Optional<Cursor> cursor = Optional.empty();
                    while (seen.size() < writers * each) {
                        Semaphore woken = new Semaphore(0);
                        try (Reader reader = racing.open("alice", cursor, Set.of(), woken::release)) {
                            for (int i = random.nextInt(50); i >= 0 && seen.size() < writers * each; i--) {
                                Optional<Reading> next = reader.next();
                                if (next.isEmpty()) {
                                    assertTrue(woken.tryAcquire(20, TimeUnit.SECONDS), () -> "asleep at " + seen.size());
                                } else if (next.get() instanceof Entry entry && entry.terminal()) {
                                    assertTrue(seen.add(entry.requestId()), "twice: " + entry.requestId());
                                } else if (next.get() instanceof Resumption verdict) {
                                    assertEquals(Resumption.COMPLETE, verdict);
                                }
                            }
                            cursor = Optional.of(reader.cursor());
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    @Test
    void anUpdateThatIsAppendedWhileAReaderOpensIsReadOrWakesIt() throws Exception {
        int rounds = 5_000;
        MemoryLogs racing = new MemoryLogs(Retention.DEFAULT, System::nanoTime);
        AtomicInteger opening = new AtomicInteger(-1);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<?> writer = other.submit(() -> {
                for (int i = 0; i < rounds; i++) {
                    while (opening.get() < i) {
                        Thread.onSpinWait();
                    }
                    racing.append("alice", done("r-" + i));
                }
            });
            Optional<Cursor> cursor = Optional.empty();
            for (int i = 0; i < rounds; i++) {
                Semaphore woken = new Semaphore(0);
                opening.set(i);
                try (Reader reader = racing.open("alice", cursor, Set.of(), woken::release)) {
                    if (!readsAnUpdate(reader, woken)) {
                        opening.set(rounds); // nobody waits for the other thread
                        throw new AssertionError("slept through update " + i);
                    }
                    cursor = Optional.of(reader.cursor());
                }
            }
            writer.get();
        }
    }

    /** Sleeps whenever there is nothing to read, until it is woken; false when nobody does that. */
    private static boolean readsAnUpdate(Reader reader, Semaphore woken) throws InterruptedException {
        while (true) {
            Optional<Reading> next = reader.next();
            if (next.filter(Entry.class::isInstance).isPresent()) {
                return true;
            }
            if (next.isEmpty() && !woken.tryAcquire(20, TimeUnit.SECONDS)) {
                return false;
            }
        }
    }
}

package imagegen.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.update.Cursor;
import imagegen.update.Failure;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Success;
import imagegen.update.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryLogsTest {

    private long now = 1_000_000;
    private final Retention retention = new Retention(4, 100_000, Duration.ofMinutes(10), 10_000_000);
    private final MemoryLogs logs = new MemoryLogs(retention, () -> now);

    @Test
    void aReaderWithoutACursorGetsTheLatestStateOfEveryRequestThenWhatFollows() {
        append(progress("a", 10), progress("b", 20), progress("a", 30), done("b"));
        Reader reader = open();
        assertEquals(List.of("a:PROGRESS", "b:OK"), rest(reader));
        append(done("a"));
        assertEquals(List.of("a:OK"), rest(reader));
    }

    @Test
    void aReaderThatComesAfterTheEndGetsTheResult() {
        append(progress("a", 10), done("a"));
        assertEquals(List.of("a:OK"), rest(open()));
    }

    @Test
    void nothingFollowsATerminalUpdate() {
        append(done("a"));
        assertEquals(Outcome.LATE, now(logs.append("alice", progress("a", 99))));
        assertEquals(Outcome.LATE, now(logs.append("alice", Failure.of(new RequestId("a"), "too late"))));
        assertEquals(List.of("a:OK"), rest(open()));
    }

    @Test
    void twoMessagesOfTheSameStateMakeOneUpdate() {
        assertEquals(Outcome.APPENDED, now(logs.append("alice", progress("a", 10))));
        assertEquals(Outcome.REPEATED, now(logs.append("alice", progress("a", 10))));
        append(done("a"));
        assertEquals(Outcome.REPEATED, now(logs.append("alice", done("a"))));
    }

    @Test
    void aReaderThatLagsSkipsSupersededProgress() {
        Reader reader = open();
        append(progress("a", 1));
        assertEquals(List.of("a:PROGRESS"), rest(reader));
        IntStream.rangeClosed(2, 100).forEach(percent -> append(progress("a", percent)));
        append(progress("b", 1));
        assertEquals(List.of("a:PROGRESS", "b:PROGRESS"), rest(reader));
    }

    @Test
    void nobodySeesAnotherUsersUpdates() {
        logs.append("bob", done("b"));
        append(done("a"));
        assertEquals(List.of("a:OK"), rest(open()));
        assertEquals(Optional.empty(), now(logs.latest("alice", new RequestId("b"))));
    }

    @Test
    void aReaderOfOneRequestSeesNoOther() {
        append(progress("a", 1), progress("b", 1));
        Reader reader = logs.open("alice", Optional.empty(), Set.of(new RequestId("b")), () -> { });
        assertEquals(List.of("b:PROGRESS"), rest(reader));
        append(done("a"), done("b"));
        assertEquals(List.of("b:OK"), rest(reader));
    }

    @Test
    void wakesItsReadersOnEveryUpdateUntilTheyClose() {
        List<String> woken = new ArrayList<>();
        Reader reader = logs.open("alice", Optional.empty(), Set.of(), () -> woken.add("woken"));
        append(progress("a", 1), done("a"));
        assertEquals(2, woken.size());
        logs.append("alice", done("a"));
        assertEquals(2, woken.size(), "a repeated update is none");
        reader.close();
        append(done("b"));
        assertEquals(2, woken.size());
    }

    @Test
    void oneReadersFailingWakeUpCostsNoOtherItsOwn() {
        List<String> woken = new ArrayList<>();
        logs.open("alice", Optional.empty(), Set.of(), () -> {
            throw new IllegalStateException("on purpose");
        });
        logs.open("alice", Optional.empty(), Set.of(), () -> {
            throw new AssertionError("on purpose");
        });
        logs.open("alice", Optional.empty(), Set.of(), () -> woken.add("woken"));
        append(done("a"));
        assertEquals(List.of("woken"), woken);
    }

    @Test
    void theBackendsWordReplacesAGuess() {
        append(progress("a", 1), Failure.guess(new RequestId("a"), "nobody knows it"));
        Reader reader = open();
        assertEquals(List.of("a:ERROR"), rest(reader));
        assertEquals(List.of(new RequestId("a")), now(logs.unfinished("alice")));
        append(progress("a", 2), Failure.guess(new RequestId("a"), "nobody knows it"), done("a"));
        assertEquals(List.of("a:OK"), rest(reader));
        assertEquals(Outcome.LATE, now(logs.append("alice", Failure.guess(new RequestId("a"), "late"))));
    }

    @Nested
    class Resuming {

        @Test
        void goesOnAfterTheCursorWithoutRepeatingIt() {
            append(done("a"), done("b"));
            Reader first = open();
            first.next();
            Reader second = open(first.cursor());
            assertEquals(List.of("COMPLETE", "b:OK"), rest(second));
        }

        @Test
        void survivesThatTheCursorsOwnUpdateWasSuperseded() {
            append(progress("a", 1));
            Reader first = open();
            rest(first);
            append(progress("a", 2), done("b"));
            assertEquals(List.of("COMPLETE", "a:PROGRESS", "b:OK"), rest(open(first.cursor())));
        }

        @Test
        void aForeignAForgedOrAnUnknownCursorIsAGapAndThenTheCurrentState() {
            append(done("a"), progress("b", 1));
            logs.append("bob", done("c"));
            Reader bobs = logs.open("bob", Optional.empty(), Set.of(), () -> { });
            Cursor forged = new Cursor(open().cursor().epoch(), 99);
            for (Cursor cursor : List.of(bobs.cursor(), forged, new Cursor("nosuchlog", 1))) {
                assertEquals(List.of("GAP_UNKNOWN", "a:OK", "b:PROGRESS"), rest(open(cursor)));
            }
        }

        @Test
        void anEvictedTerminalUpdateIsAGap() {
            Reader early = open();
            append(done("a"), done("b"), done("c"), done("d"), done("e"));
            assertEquals(List.of("GAP_EXPIRED", "b:OK", "c:OK", "d:OK", "e:OK"), rest(open(early.cursor())));
            assertEquals(List.of("GAP_EXPIRED", "b:OK", "c:OK", "d:OK", "e:OK"), rest(early), "also while connected");
            assertEquals(List.of("b:OK", "c:OK", "d:OK", "e:OK"), rest(open()), "nobody promised it to this one");
        }

        @Test
        void anEvictedProgressIsAGapUntilItsRequestIsHeardOfAgain() {
            Cursor early = open().cursor();
            append(progress("a", 1), done("b"), done("c"), done("d"), done("e"));
            assertEquals(List.of("GAP_EXPIRED", "b:OK", "c:OK", "d:OK", "e:OK"), rest(open(early)));
            append(progress("a", 2));
            assertEquals("GAP_EXPIRED", rest(open(early)).getFirst(), "the result of b had to go for it");
        }

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
        void whatIsOlderThanTheDroppedProgressAndStillThereFollowsTheGapOnce() {
            Reader early = open();
            append(done("a"), progress("b", 1), done("c"), done("d"), done("e"));
            assertEquals(List.of("GAP_EXPIRED", "a:OK", "c:OK", "d:OK", "e:OK"), rest(early));
            assertEquals(List.of("COMPLETE"), rest(open(early.cursor())));
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

        @Test
        void whatTheReaderWasNotAskedForIsNoGapAndDoesNotMoveItsCursor() {
            Reader reader = logs.open("alice", Optional.empty(), Set.of(new RequestId("z")), () -> { });
            Cursor before = reader.cursor();
            for (String id : List.of("a", "b", "c", "d", "e", "f")) {
                append(done(id));
                assertEquals(List.of(), rest(reader));
            }
            assertEquals(before, reader.cursor());
            append(done("z"));
            assertEquals(List.of("z:OK"), rest(reader));
        }
    }

    @Nested
    class DroppedRequestsAreRemembered {

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
        void upToABoundPastWhichEverybodyIsToldThatSomethingWasLost() {
            Reader reader = open();
            IntStream.rangeClosed(1, 4).forEach(i -> append(progress("r" + i, 1)));
            rest(reader);
            for (int i = 5; i <= DroppedRequests.MAX + 4; i++) {
                append(progress("r" + i, 1));
                assertEquals(List.of("r" + i + ":PROGRESS"), rest(reader));
            }
            append(progress("one-too-many", 1));
            assertTrue(rest(reader).contains("GAP_EXPIRED"));
            assertEquals(DroppedRequests.MAX + 4, unfinished().size());
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

        @Test
        void soThatAnEndToldAgainMakesUpForTheGapInWhichItWasLost() {
            Reader lags = open();
            append(done("a"), done("b"), done("c"), done("d"), done("e"), done("f"));
            assertEquals(List.of("GAP_EXPIRED", "c:OK", "d:OK", "e:OK", "f:OK"), rest(lags));
            append(done("b"), done("c"));
            assertEquals(List.of("b:OK"), rest(lags).stream().filter(it -> it.endsWith("OK")).toList());
        }

        private List<String> unfinished() {
            return now(logs.unfinished("alice")).stream().map(RequestId::value).toList();
        }
    }

    @Nested
    class Remembering {

        @Test
        void dropsProgressBeforeTerminalUpdates() {
            append(done("a"), progress("b", 1), done("c"), done("d"), done("e"));
            assertEquals(List.of("a:OK", "c:OK", "d:OK", "e:OK"), rest(open()));
        }

        @Test
        void dropsTheOldestTerminalUpdateWhenTheOnlyProgressIsTheNewestUpdate() {
            append(done("a"), done("b"), done("c"), done("d"), progress("e", 1));
            assertEquals(List.of("b:OK", "c:OK", "d:OK", "e:PROGRESS"), rest(open()));
        }

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
                        try (Reader reader = racing.open("alice", cursor, Set.of(), () -> { })) {
                            for (int i = random.nextInt(50); i >= 0; i--) {
                                reader.next().ifPresent(reading -> {
                                    if (reading instanceof Entry entry && entry.terminal()) {
                                        assertTrue(seen.add(entry.requestId()), "twice: " + entry.requestId());
                                    } else if (reading instanceof Resumption verdict) {
                                        assertEquals(Resumption.COMPLETE, verdict);
                                    }
                                });
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

    private void append(Update... updates) {
        for (Update update : updates) {
            assertEquals(Outcome.APPENDED, now(logs.append("alice", update)));
        }
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().getNow(null);
    }

    private Reader open() {
        return logs.open("alice", Optional.empty(), Set.of(), () -> { });
    }

    private Reader open(Cursor after) {
        return logs.open("alice", Optional.of(after), Set.of(), () -> { });
    }

    private static Update progress(String id, int percent) {
        return Progress.of(new RequestId(id), percent);
    }

    private static Update done(String id) {
        return Success.of(new RequestId(id), List.of());
    }

    private static List<String> rest(Reader reader) {
        List<String> all = new ArrayList<>();
        for (Optional<Reading> next = reader.next(); next.isPresent(); next = reader.next()) {
            all.add(switch (next.get()) {
                case Resumption verdict -> verdict.name();
                case Entry entry -> entry.requestId() + ":"
                        + new String(entry.json(), java.nio.charset.StandardCharsets.UTF_8)
                                .replaceAll(".*\"status\":\"([A-Z]+)\".*", "$1");
            });
        }
        return all;
    }
}

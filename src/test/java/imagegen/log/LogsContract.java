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
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What holds wherever the logs are kept. */
abstract class LogsContract {

    /** At most 4 updates and 100,000 bytes of a user. */
    static final Retention RETENTION = new Retention(4, 100_000, Duration.ofMinutes(10), 10_000_000);

    abstract Logs logs();

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
        assertEquals(Outcome.LATE, now(logs().append("alice", progress("a", 99))));
        assertEquals(Outcome.LATE, now(logs().append("alice", Failure.of(new RequestId("a"), "too late"))));
        assertEquals(List.of("a:OK"), rest(open()));
    }

    @Test
    void twoMessagesOfTheSameStateMakeOneUpdate() {
        assertEquals(Outcome.APPENDED, now(logs().append("alice", progress("a", 10))));
        assertEquals(Outcome.REPEATED, now(logs().append("alice", progress("a", 10))));
        append(done("a"));
        assertEquals(Outcome.REPEATED, now(logs().append("alice", done("a"))));
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
        logs().append("bob", done("b"));
        append(done("a"));
        assertEquals(List.of("a:OK"), rest(open()));
        assertEquals(Optional.empty(), now(logs().latest("alice", new RequestId("b"))));
    }

    @Test
    void aReaderOfOneRequestSeesNoOther() {
        append(progress("a", 1), progress("b", 1));
        Reader reader = open("alice", Optional.empty(), Set.of(new RequestId("b")), () -> { });
        assertEquals(List.of("b:PROGRESS"), rest(reader));
        append(done("a"), done("b"));
        assertEquals(List.of("b:OK"), rest(reader));
    }

    @Test
    void wakesItsReadersOnEveryUpdateUntilTheyClose() {
        List<String> woken = new CopyOnWriteArrayList<>();
        Reader reader = open("alice", Optional.empty(), Set.of(), () -> woken.add("woken"));
        append(progress("a", 1));
        eventually(() -> !woken.isEmpty());
        assertEquals(List.of("a:PROGRESS"), rest(reader));
        woken.clear();
        append(done("a"));
        eventually(() -> !woken.isEmpty());
        assertEquals(List.of("a:OK"), rest(reader));
        int before = woken.size();
        assertEquals(Outcome.REPEATED, now(logs().append("alice", done("a"))));
        assertEquals(before, woken.size(), "a repeated update is none");
        reader.close();
        append(done("b"));
        assertEquals(before, woken.size());
    }

    @Test
    void oneReadersFailingWakeUpCostsNoOtherItsOwn() {
        List<String> woken = new CopyOnWriteArrayList<>();
        open("alice", Optional.empty(), Set.of(), () -> {
            throw new IllegalStateException("on purpose");
        });
        open("alice", Optional.empty(), Set.of(), () -> {
            throw new AssertionError("on purpose");
        });
        open("alice", Optional.empty(), Set.of(), () -> woken.add("woken"));
        append(done("a"));
        eventually(() -> woken.equals(List.of("woken")));
    }

    @Test
    void theBackendsWordReplacesAGuess() {
        append(progress("a", 1), Failure.guess(new RequestId("a"), "nobody knows it"));
        Reader reader = open();
        assertEquals(List.of("a:ERROR"), rest(reader));
        assertEquals(List.of(new RequestId("a")), now(logs().unfinished("alice")));
        append(progress("a", 2), Failure.guess(new RequestId("a"), "nobody knows it"), done("a"));
        assertEquals(List.of("a:OK"), rest(reader));
        assertEquals(Outcome.LATE, now(logs().append("alice", Failure.guess(new RequestId("a"), "late"))));
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
            logs().append("bob", done("c"));
            Reader bobs = open("bob", Optional.empty(), Set.of(), () -> { });
            Cursor forged = new Cursor(open().cursor().epoch(), Long.MAX_VALUE);
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
        void whatIsOlderThanTheDroppedProgressAndStillThereFollowsTheGapOnce() {
            Reader early = open();
            append(done("a"), progress("b", 1), done("c"), done("d"), done("e"));
            assertEquals(List.of("GAP_EXPIRED", "a:OK", "c:OK", "d:OK", "e:OK"), rest(early));
            assertEquals(List.of("COMPLETE"), rest(open(early.cursor())));
        }

        @Test
        void whatTheReaderWasNotAskedForIsNoGapAndDoesNotMoveItsCursor() {
            Reader reader = open("alice", Optional.empty(), Set.of(new RequestId("z")), () -> { });
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
        void soThatAnEndToldAgainMakesUpForTheGapInWhichItWasLost() {
            Reader lags = open();
            append(done("a"), done("b"), done("c"), done("d"), done("e"), done("f"));
            assertEquals(List.of("GAP_EXPIRED", "c:OK", "d:OK", "e:OK", "f:OK"), rest(lags));
            append(done("b"), done("c"));
            assertEquals(List.of("b:OK"), rest(lags).stream().filter(it -> it.endsWith("OK")).toList());
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
    }

    List<String> unfinished() {
        return now(logs().unfinished("alice")).stream().map(RequestId::value).toList();
    }

    void append(Update... updates) {
        for (Update update : updates) {
            assertEquals(Outcome.APPENDED, now(logs().append("alice", update)));
        }
    }

    /** Wake-ups may come on another thread than the append's. */
    static void eventually(BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos(), "not in ten seconds");
            Thread.onSpinWait();
        }
    }

    static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    Reader open() {
        return open("alice", Optional.empty(), Set.of(), () -> { });
    }

    Reader open(Cursor after) {
        return open("alice", Optional.of(after), Set.of(), () -> { });
    }

    /** A reader that knows where it begins. */
    Reader open(String user, Optional<Cursor> after, Set<RequestId> only, Runnable wake) {
        CountDownLatch woken = new CountDownLatch(1);
        AtomicBoolean begun = new AtomicBoolean();
        Reader reader = logs().open(user, after, only, () -> {
            woken.countDown();
            if (begun.get()) {
                wake.run();
            }
        });
        try {
            assertTrue(reader.placed() || woken.await(10, TimeUnit.SECONDS) && reader.placed());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        begun.set(true);
        return reader;
    }

    static Update progress(String id, int percent) {
        return Progress.of(new RequestId(id), percent);
    }

    static Update done(String id) {
        return Success.of(new RequestId(id), List.of());
    }

    static List<String> rest(Reader reader) {
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

package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.embedded.drawing.Style;
import imagegen.update.Failure;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Success;
import imagegen.update.Update;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class JobsTest {

    private final TestClock clock = new TestClock();
    private final Feed feed = new Feed();
    private final Gallery gallery = new Gallery(1 << 20, Duration.ofHours(1), clock);
    /** Handed to the executor and not yet run: the test is the executor's thread. */
    private final Deque<Runnable> started = new ArrayDeque<>();
    private final List<Update> heard = new ArrayList<>();
    private final Jobs jobs = jobs(Duration.ZERO);

    JobsTest() {
        var place = new long[1];
        feed.listen(user -> feed.after(place[0], item -> true).ifPresent(item -> {
            place[0] = item.sequence();
            heard.add(item.update());
        }));
    }

    @Test
    void goesFromQueuedOverRisingProgressToAPictureThatCanBeFetched() {
        RequestId request = submit("alice", "a lake");
        assertEquals(new Progress(request, Optional.of("Queued"), OptionalDouble.of(0), List.of()),
            last(request));
        // Ten updates a second at most, so the clock must move for more than the first and the last.
        feed.listen(user -> clock.turn(Duration.ofMillis(100)));
        started.remove().run();

        Success success = assertInstanceOf(Success.class, last(request));
        assertEquals("/images/", success.images().getFirst().url().substring(0, 8));
        byte[] png = gallery.find(success.images().getFirst().url().substring(8)).orElseThrow();
        assertEquals(png.length, success.images().getFirst().fileSize());
        assertTrue(heard.size() > 20, () -> heard.size() + " updates");
        double percent = 0;
        for (Update update : heard.subList(0, heard.size() - 1)) {
            double next = assertInstanceOf(Progress.class, update).progress().orElseThrow();
            assertTrue(next >= percent, () -> "fell to " + next);
            percent = next;
        }
        assertEquals(100, percent);
    }

    @Test
    void reportsNoMoreOftenThanTenTimesASecond() {
        submit("alice", "a lake");
        started.remove().run();
        // Queued, the first unit, the whole, and the picture.
        assertEquals(4, heard.size());
    }

    @Test
    void drawsSeveralPicturesAndShowsThoseThatAreDone() {
        RequestId request = accepted(jobs.submit("alice", new Order("a lake", 64, 64, 3, Optional.empty()), none()));
        started.remove().run();
        assertEquals(3, assertInstanceOf(Success.class, last(request)).images().size());
        assertTrue(heard.stream().anyMatch(update -> update instanceof Progress progress
            && progress.images().size() == 2 && progress.progress().orElseThrow() >= 66));
    }

    @Test
    void endsInTheErrorOfThePlanWhenThePromptSaysFail() {
        RequestId request = submit("alice", "this will FAIL");
        started.remove().run();
        assertEquals(Failure.of(request, "Invalid status code: 422"), last(request));
        assertTrue(heard.stream().noneMatch(update -> update instanceof Progress progress
            && progress.progress().orElseThrow() > 50));
    }

    @Test
    void cancelsWhatIsStillInTheQueueWithoutEverDrawingIt() {
        submit("alice", "one");
        submit("alice", "two");
        RequestId waiting = submit("alice", "three");
        jobs.cancel(waiting);
        assertEquals(Failure.of(waiting, "Cancelled"), last(waiting));
        started.remove().run();
        started.remove().run();
        assertTrue(started.isEmpty());
        assertEquals(Failure.of(waiting, "Cancelled"), last(waiting));
    }

    @Test
    void cancelsASlowPictureInTheMiddleOfItsPaceAndSaysNothingAfterwards() throws InterruptedException {
        Jobs slow = jobs(Duration.ofHours(1));
        var drawing = new CountDownLatch(1);
        feed.listen(user -> {
            if (heard.getLast() instanceof Progress it && it.message().orElseThrow().startsWith("Drawing")) {
                drawing.countDown();
            }
        });
        RequestId request = accepted(slow.submit("alice", order("slow"), none()));
        Thread worker = Thread.ofPlatform().start(started.remove());
        assertTrue(drawing.await(20, TimeUnit.SECONDS));
        slow.cancel(request);
        worker.join(20_000);
        assertTrue(!worker.isAlive(), "the worker is free again");
        assertEquals(Failure.of(request, "Cancelled"), last(request));
        assertEquals(Failure.of(request, "Cancelled"), heard.getLast());
    }

    @Test
    void leavesWhatHasEndedAsItIsWhenCancelledLate() {
        RequestId request = submit("alice", "a lake");
        started.remove().run();
        jobs.cancel(request);
        assertInstanceOf(Success.class, last(request));
    }

    @Test
    void drawsTwoAtATimeAndTheNextWhenOneIsDone() {
        for (int i = 0; i < 3; i++) {
            submit("alice", "picture " + i);
        }
        assertEquals(2, started.size());
        started.remove().run();
        assertEquals(2, started.size());
    }

    @Test
    void takesNoMoreThanItsQueueHolds() {
        for (int i = 0; i < 2 + 4; i++) {
            submit("user" + i, "x");
        }
        assertEquals(new Jobs.Receipt.Busy(), jobs.submit("late", order("x"), none()));
    }

    @Test
    void takesNoMoreThanItsShareOfOneUserUntilOneHasEnded() {
        RequestId first = submit("alice", "x");
        submit("alice", "y");
        submit("alice", "z");
        assertEquals(new Jobs.Receipt.TooMany(), jobs.submit("alice", order("x"), none()));
        submit("bob", "x");
        jobs.cancel(first);
        submit("alice", "x");
    }

    @Test
    void makesOneRequestOfARepeatAndRefusesAKeyForSomethingElse() {
        var key = Optional.of("k");
        RequestId first = accepted(jobs.submit("alice", order("x"), key));
        assertEquals(first, accepted(jobs.submit("alice", order("x"), key)));
        assertEquals(new Jobs.Receipt.Conflict(), jobs.submit("alice", order("y"), key));
        assertTrue(!first.equals(accepted(jobs.submit("bob", order("y"), key))), "a key is its user's own");
    }

    @Test
    void forgetsWhatEndedLongAgo() {
        RequestId request = accepted(jobs.submit("alice", order("x"), Optional.of("k")));
        started.remove().run();
        clock.turn(Duration.ofMinutes(61));
        submit("bob", "y");
        assertTrue(jobs.latest(request).isEmpty());
        assertTrue(!request.equals(accepted(jobs.submit("alice", order("x"), Optional.of("k")))));
    }

    @Test
    void endsEverythingWhenClosed() {
        RequestId drawing = submit("alice", "x");
        RequestId next = submit("alice", "y");
        RequestId waiting = submit("alice", "z");
        jobs.close();
        for (RequestId request : List.of(drawing, next, waiting)) {
            assertEquals(Failure.of(request, "Cancelled"), last(request));
        }
        assertEquals(new Jobs.Receipt.Busy(), jobs.submit("bob", order("x"), none()));
    }

    @Test
    void saysSoWhenThereIsNoThreadToDrawOn() {
        var refusing = new Jobs(settings(Duration.ZERO), task -> {
            throw new RejectedExecutionException("full");
        }, clock, feed, gallery, name -> "/images/" + name);
        RequestId request = accepted(refusing.submit("alice", order("x"), none()));
        assertEquals(Failure.of(request, "The backend is overloaded"), last(request));
    }

    private RequestId submit(String user, String prompt) {
        return accepted(jobs.submit(user, order(prompt), none()));
    }

    private Update last(RequestId request) {
        return jobs.latest(request).orElseThrow().update();
    }

    private Jobs jobs(Duration pace) {
        return new Jobs(settings(pace), started::add, clock, feed, gallery, name -> "/images/" + name);
    }

    private static Settings settings(Duration pace) {
        return new Settings(pace, pace, 2, 4, 3, 1 << 20, Duration.ofHours(1), Duration.ofSeconds(10),
            Duration.ofSeconds(20), Duration.ofHours(1), Path.of("key.pem"));
    }

    private static Order order(String prompt) {
        return new Order(prompt, 64, 64, 1, Optional.of(Style.NEBULA));
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    private static RequestId accepted(Jobs.Receipt receipt) {
        return assertInstanceOf(Jobs.Receipt.Accepted.class, receipt).request();
    }
}

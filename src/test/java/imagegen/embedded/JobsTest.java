package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.embedded.drawing.Style;
import imagegen.update.Failure;
import imagegen.update.Image;
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
import java.util.OptionalLong;
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
        byte[] png = find(success.images().getFirst()).orElseThrow().bytes();
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
        RequestId request = accepted(jobs.submit("alice", new Order("a lake", 64, 64, 3, Optional.empty(), OptionalLong.empty()), none()));
        started.remove().run();
        assertEquals(3, assertInstanceOf(Success.class, last(request)).images().size());
        assertTrue(heard.stream().anyMatch(update -> update instanceof Progress progress
            && progress.images().size() == 2 && progress.progress().orElseThrow() >= 66));
    }

    @Test
    void drawsTheSamePicturesAgainForTheSeedThatItTells() {
        List<Image> first = images(new Order("a lake", 64, 64, 2, Optional.empty(), OptionalLong.empty()));
        long seed = first.getFirst().seed().orElseThrow();
        assertEquals((seed + 1) % (1L << 32), first.getLast().seed().orElseThrow());
        List<Image> again = images(new Order("a lake", 64, 64, 2, Optional.empty(), OptionalLong.of(seed)));
        assertArrayEquals(bytes(first.getFirst()), bytes(again.getFirst()));
        assertArrayEquals(bytes(first.getLast()), bytes(again.getLast()));
        List<Image> second = images(new Order("a lake", 64, 64, 1, Optional.empty(),
            OptionalLong.of(first.getLast().seed().orElseThrow())));
        assertArrayEquals(bytes(first.getLast()), bytes(second.getFirst()), "one of several can be drawn alone");
    }

    @Test
    void leavesItToChanceWhichPictureThereIsWithoutASeed() {
        assertNotEquals(images(order("a lake")).getFirst().seed(), images(order("a lake")).getFirst().seed());
    }

    @Test
    void showsWhatIsDrawnSoFarInSmallPicturesThatAreKeptForSeconds() {
        feed.listen(user -> clock.turn(Duration.ofMillis(100)));
        submit("alice", "a lake");
        var fetchable = new ArrayList<Boolean>();
        feed.listen(user -> preview(heard.getLast()).ifPresent(it -> fetchable.add(find(it).isPresent())));
        started.remove().run();
        List<Image> previews = heard.stream().flatMap(it -> preview(it).stream()).distinct().toList();
        assertTrue(previews.size() >= 3, () -> previews.size() + " previews");
        assertTrue(previews.stream().allMatch(it -> it.contentType().equals("image/jpeg") && it.fileSize() < 40_000));
        assertFalse(fetchable.contains(false), "each can be fetched while it is the newest");
        assertTrue(find(previews.getLast()).isPresent(), "also for whoever is late");
        clock.turn(Previews.KEEP.plusSeconds(1));
        assertTrue(previews.stream().noneMatch(it -> find(it).isPresent()), "and then none");
        Image whole = assertInstanceOf(Success.class, heard.getLast()).images().getFirst();
        assertFalse(whole.preview());
        assertEquals("/images/" + name(whole) + ".png?size=small", whole.thumbnail().orElseThrow());
        Picture hung = find(whole).orElseThrow();
        assertEquals(hung.bytes().length + hung.thumbnail().orElseThrow().length, gallery.bytes());
    }

    @Test
    void tellsHowManyAreAheadInTheQueueAsItMoves() {
        submit("alice", "one");
        submit("bob", "two");
        submit("alice", "three");
        RequestId waiting = submit("bob", "four");
        assertEquals(Optional.of("Queued, 1 ahead"), last(waiting).message());
        started.remove().run();
        assertEquals(Optional.of("Queued"), last(waiting).message());
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

    private List<Image> images(Order order) {
        RequestId request = accepted(jobs.submit("alice", order, none()));
        started.remove().run();
        return assertInstanceOf(Success.class, last(request)).images();
    }

    private byte[] bytes(Image image) {
        return find(image).orElseThrow().bytes();
    }

    private Optional<Picture> find(Image image) {
        return gallery.find(name(image));
    }

    private static String name(Image image) {
        return image.url().replaceAll("^/images/|\\.(png|jpg)$", "");
    }

    private static Optional<Image> preview(Update update) {
        return update instanceof Progress progress
            ? progress.images().stream().filter(Image::preview).findFirst() : Optional.empty();
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
        return new Order(prompt, 64, 64, 1, Optional.of(Style.NEBULA), OptionalLong.empty());
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    private static RequestId accepted(Jobs.Receipt receipt) {
        return assertInstanceOf(Jobs.Receipt.Accepted.class, receipt).request();
    }
}

package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.ws.rs.sse.OutboundSseEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsyncEventSinkTest {

    private final AsyncSse sse = new AsyncSse(new EventEncoder(), 100);
    private final List<OutputEnd> ends = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private FakeConnection connection = FakeConnection.thatIsReadyAtOnce();

    @AfterEach
    void keptTheServletContract() {
        connection.assertContractKept();
    }

    @Test
    void isAnEventStreamThatNobodyCachesBuffersOrTransforms() throws IOException {
        open();
        assertEquals("text/event-stream", connection.header("Content-Type"));
        assertEquals("no-cache, no-transform", connection.header("Cache-Control"));
        assertEquals("no", connection.header("X-Accel-Buffering"));
        assertEquals(1, connection.flushes(), "the headers go out at once");
    }

    @Test
    void sendsEventsAndSaysSo() throws IOException {
        var sink = open();
        var first = send(sink, "1");
        var second = send(sink, "2");
        assertEquals("data: 1\n\ndata: 2\n\n", connection.received());
        assertTrue(first.isDone() && second.isDone());
    }

    @Test
    void sendsWhatWaitedOnceTheContainerIsReady() throws IOException {
        connection = FakeConnection.thatIsReadyLater();
        var sink = open();
        var stage = send(sink, "1");
        assertFalse(stage.isDone());
        connection.firstBecomesWritable();
        assertTrue(stage.isDone());
        assertEquals("data: 1\n\n", connection.received());
    }

    @Test
    void doesNotSayThatItSentWhatTheClientHasNotTaken() throws IOException {
        var sink = open();
        connection.clientStopsReading();
        var stage = send(sink, "1");
        assertFalse(stage.isDone());
        connection.clientReadsAgain();
        assertTrue(stage.isDone());
        assertEquals("data: 1\n\n", connection.received());
    }

    @Test
    void closesASinkWithMoreThanMayWait() throws IOException {
        var sink = open();
        connection.clientStopsReading();
        var first = send(sink, "x".repeat(60));
        var second = send(sink, "y".repeat(60));
        assertEquals(List.of(new OutputEnd.Overflowed(136)), ends);
        assertEquals(new OutputEnd.Overflowed(136), endOf(first));
        assertEquals(new OutputEnd.Overflowed(136), endOf(second));
        assertTrue(sink.isClosed());
        assertEquals(1, connection.completions());
    }

    @Test
    void letsOneLargeEventThrough() throws IOException {
        var sink = open();
        assertTrue(send(sink, "x".repeat(1000)).isDone());
        assertFalse(sink.isClosed());
    }

    @Test
    void knowsForHowLongItsClientHasTakenNothingAndEndsWhenTold() throws IOException {
        var sink = open();
        assertEquals(0, sink.stalledFor(System.nanoTime() + 20_000_000_000L), "it has nothing to say");
        connection.clientStopsReading();
        var stage = send(sink, "1");
        assertTrue(sink.stalledFor(System.nanoTime() + 20_000_000_000L) >= 20_000_000_000L);
        var end = new OutputEnd.Stalled(Duration.ofSeconds(20));
        sink.close(end);
        assertEquals(List.of(end), ends);
        assertEquals(end, endOf(stage));
    }

    @Test
    void sendsSeveralEventsInOneWrite() throws IOException {
        var sink = open();
        int flushes = connection.flushes();
        assertTrue(sink.send(List.of(event("1"), event("2"))).toCompletableFuture().isDone());
        assertEquals("data: 1\n\ndata: 2\n\n", connection.received());
        assertEquals(flushes + 1, connection.flushes());
        sink.close();
        endOf(sink.send(List.of(event("3"))).toCompletableFuture());
    }

    @Test
    void sendsTheHeadersWithTheFirstEventOfASenderThatAsks() throws IOException {
        var sink = sse.sink(connection);
        sink.open(() -> sink.send(event("1")));
        assertEquals("data: 1\n\n", connection.received());
        assertEquals(1, connection.flushes());
    }

    @Test
    void tellsASenderThatAsksWhenToGoOn() throws IOException {
        var asking = asking();
        connection.clientStopsReading();
        send(asking, "not asked");
        assertFalse(asking.ready());
        int before = calls.get();
        connection.clientReadsAgain();
        assertTrue(calls.get() > before);
        assertTrue(asking.ready(), "nothing waits any more");
    }

    /** Its event must not be passed over because another thread is sending at that moment. */
    @Test
    void tellsASenderThatWasTurnedAwayBecauseAnotherWasSending() throws IOException {
        var asking = asking();
        var answers = new ArrayList<Boolean>();
        connection.duringNextWrite(() -> answers.add(asking.ready()));
        int before = calls.get();
        send(asking, "from elsewhere");
        assertEquals(List.of(false), answers);
        assertEquals(before + 1, calls.get());
    }

    @Test
    void noticesThatTheClientLeft() throws IOException {
        var sink = open();
        connection.clientLeaves();
        var stage = send(sink, "1");
        assertInstanceOf(OutputEnd.ClientGone.class, endOf(stage));
        assertTrue(sink.isClosed());
        assertEquals(1, ends.size());
    }

    @Test
    void failsWhatWaitsWhenTheContainerReportsThatTheClientLeft() throws IOException {
        var sink = open();
        connection.clientStopsReading();
        var stage = send(sink, "1");
        connection.containerReports(new IOException("reset"));
        assertInstanceOf(OutputEnd.ClientGone.class, endOf(stage));
        assertEquals(1, ends.size());
    }

    @Test
    void sendsWhatWaitsBeforeItCloses() throws IOException {
        var sink = open();
        connection.clientStopsReading();
        var stage = send(sink, "1");
        sink.close();
        assertTrue(sink.isClosed());
        assertEquals(List.of(), ends);
        connection.clientReadsAgain();
        assertTrue(stage.isDone());
        assertEquals("data: 1\n\n", connection.received());
        assertEquals(List.of(new OutputEnd.Closed()), ends);
    }

    @Test
    void isNotKeptByAClientThatTakesNotEvenTheRest() throws IOException {
        var sink = open();
        connection.clientStopsReading();
        var stage = send(sink, "1");
        sink.close();
        sink.close(new OutputEnd.Stalled(Duration.ofSeconds(20)));
        assertInstanceOf(OutputEnd.Stalled.class, endOf(stage));
        assertEquals(1, connection.completions());
    }

    @Test
    void takesNothingAfterTheClose() throws IOException {
        var sink = open();
        sink.close();
        sink.close();
        assertThrows(IllegalStateException.class, () -> send(sink, "1"));
        assertEquals(List.of(new OutputEnd.Closed()), ends);
        assertEquals(1, connection.completions());
    }

    @Test
    void tellsALateListenerAsWell() throws IOException {
        var sink = open();
        sink.close();
        var late = new ArrayList<OutputEnd>();
        sink.onClose(late::add);
        assertEquals(List.of(new OutputEnd.Closed()), late);
    }

    @Test
    void maySendFromTheStageOfAnEarlierEvent() throws IOException {
        var sink = open();
        sink.send(event("1")).thenRun(() -> send(sink, "2"));
        assertEquals("data: 1\n\ndata: 2\n\n", connection.received());
    }

    @Test
    void keepsTheOrderOfEachSenderAndLosesNothing() throws Exception {
        int senders = 4;
        int each = 500;
        var sink = new AsyncSse(new EventEncoder(), 10_000_000).sink(connection).open();
        var done = new CountDownLatch(senders);
        for (int s = 0; s < senders; s++) {
            int sender = s;
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < each; i++) {
                    sink.send(event(sender + ":" + i));
                }
                done.countDown();
            });
        }
        assertTrue(done.await(10, TimeUnit.SECONDS));
        sink.close();
        var next = new int[senders];
        for (var line : connection.received().split("\n\n")) {
            var parts = line.substring("data: ".length()).split(":");
            assertEquals(next[Integer.parseInt(parts[0])]++, Integer.parseInt(parts[1]));
        }
        assertEquals(List.of(each, each, each, each), java.util.Arrays.stream(next).boxed().toList());
    }

    private AsyncEventSink open() throws IOException {
        var sink = sse.sink(connection).open();
        sink.onClose(ends::add);
        return sink;
    }

    private AsyncEventSink asking() throws IOException {
        return sse.sink(connection).open(calls::incrementAndGet);
    }

    private OutboundSseEvent event(String data) {
        return sse.newEventBuilder().data(data).build();
    }

    private CompletableFuture<?> send(AsyncEventSink sink, String data) {
        return sink.send(event(data)).toCompletableFuture();
    }

    private static OutputEnd endOf(CompletableFuture<?> stage) {
        var failure = assertThrows(CompletionException.class, stage::join);
        return assertInstanceOf(EventSinkException.class, failure.getCause()).end();
    }
}

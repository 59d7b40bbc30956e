package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsyncEventBroadcasterTest {

    private final AsyncSse sse = new AsyncSse(new EventEncoder(), 100);
    private final AsyncEventBroadcaster broadcaster = sse.newBroadcaster();
    private final List<FakeConnection> connections = new ArrayList<>();
    private final List<SseEventSink> failed = new ArrayList<>();
    private final List<SseEventSink> closed = new ArrayList<>();

    AsyncEventBroadcasterTest() {
        broadcaster.onError((sink, failure) -> failed.add(sink));
        broadcaster.onClose(closed::add);
    }

    @AfterEach
    void keptTheServletContract() {
        connections.forEach(FakeConnection::assertContractKept);
    }

    @Test
    void sendsToAll() throws IOException {
        join();
        join();
        assertTrue(broadcast("1").isDone());
        connections.forEach(connection -> assertEquals("data: 1\n\n", connection.received()));
    }

    @Test
    void encodesAnEventOnceHoweverManyItGoesTo() throws IOException {
        for (int i = 0; i < 10; i++) {
            join();
        }
        var encoded = new AtomicInteger();
        var data = new Object() {
            @Override
            public String toString() {
                encoded.incrementAndGet();
                return "1";
            }
        };
        broadcaster.broadcast(sse.newEventBuilder().data(new CountedText(data)).build());
        assertEquals(1, encoded.get());
        connections.forEach(connection -> assertEquals("data: 1\n\n", connection.received()));
    }

    @Test
    void sendsOnceToASinkThatIsRegisteredTwice() throws IOException {
        var sink = join();
        broadcaster.register(sink);
        broadcast("1");
        assertEquals("data: 1\n\n", connections.get(0).received());
    }

    @Test
    void goesOnWithoutASinkThatFailed() throws IOException {
        var bad = join();
        join();
        connections.get(0).clientLeaves();
        assertTrue(broadcast("1").isDone());
        broadcast("2");
        assertEquals("data: 1\n\ndata: 2\n\n", connections.get(1).received());
        assertEquals(List.of(bad), failed);
        assertEquals(List.of(bad), closed);
    }

    @Test
    void waitsForNobodyAndClosesAStalledSinkOnce() throws IOException {
        var stalled = join();
        join();
        connections.get(0).clientStopsReading();
        var stage = broadcast("1");
        assertFalse(stage.isDone());
        for (int i = 0; i < 20; i++) {
            broadcast("more");
        }
        assertTrue(stage.isDone());
        assertEquals(21, connections.get(1).received().split("\n\n").length);
        assertEquals(List.of(stalled), failed);
        assertEquals(List.of(stalled), closed);
    }

    @Test
    void forgetsASinkThatWasClosed() throws IOException {
        var sink = join();
        sink.close();
        assertEquals(List.of(sink), closed);
        assertEquals(List.of(), failed);
        assertTrue(broadcast("1").isDone());
        assertEquals("", connections.get(0).received());
    }

    @Test
    void reportsASinkThatHadEndedBeforeItCame() throws IOException {
        var connection = FakeConnection.thatIsReadyAtOnce();
        var sink = sse.sink(connection).open();
        sink.close();
        broadcaster.register(sink);
        assertEquals(List.of(sink), closed);
    }

    @Test
    void closesItsSinksWithIt() throws IOException {
        var sink = join();
        broadcaster.close();
        broadcaster.close();
        assertTrue(sink.isClosed());
        assertEquals(List.of(sink), closed);
        assertThrows(IllegalStateException.class, () -> broadcast("1"));
        assertThrows(IllegalStateException.class, () -> broadcaster.register(sink));
    }

    @Test
    void leavesItsSinksOpenWhenToldTo() throws IOException {
        var sink = join();
        broadcaster.close(false);
        assertFalse(sink.isClosed());
        assertEquals(List.of(), closed);
        sink.close();
        assertEquals(List.of(), closed);
    }

    @Test
    void servesSinksOfAnotherKindAndOutlivesTheirFailures() throws IOException {
        var throwing = new OtherSink(event -> {
            throw new IllegalStateException("on purpose");
        });
        var failing = new OtherSink(event -> CompletableFuture.failedFuture(new IOException("gone")));
        var good = new OtherSink(event -> CompletableFuture.completedFuture(null));
        broadcaster.register(throwing);
        broadcaster.register(failing);
        broadcaster.register(good);
        join();
        assertTrue(broadcast("1").isDone());
        broadcast("2");
        assertEquals(List.of("1", "2"), good.sent);
        assertEquals(java.util.Set.of(throwing, failing), java.util.Set.copyOf(failed));
        assertEquals(2, closed.size());
        assertEquals("data: 1\n\ndata: 2\n\n", connections.get(0).received());
        broadcaster.close();
        assertTrue(good.isClosed());
    }

    @Test
    void aListenerThatThrowsHarmsNobody() throws IOException {
        var calls = new AtomicInteger();
        broadcaster.onClose(sink -> calls.incrementAndGet());
        var sink = join();
        sink.close();
        assertEquals(1, calls.get());
    }

    private AsyncEventSink join() throws IOException {
        var connection = FakeConnection.thatIsReadyAtOnce();
        connections.add(connection);
        var sink = sse.sink(connection).open();
        broadcaster.register(sink);
        return sink;
    }

    private CompletableFuture<?> broadcast(String data) {
        return broadcaster.broadcast(sse.newEventBuilder().data(data).build()).toCompletableFuture();
    }

    /** Text that notices when it is looked at. */
    private record CountedText(Object source) implements CharSequence {

        @Override
        public int length() {
            throw new UnsupportedOperationException();
        }

        @Override
        public char charAt(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String toString() {
            return source.toString();
        }
    }

    private interface Sending {
        CompletionStage<?> send(OutboundSseEvent event);
    }

    private static final class OtherSink implements SseEventSink {

        private final Sending sending;
        private final List<Object> sent = new ArrayList<>();
        private boolean isClosed;

        OtherSink(Sending sending) {
            this.sending = sending;
        }

        @Override
        public boolean isClosed() {
            return isClosed;
        }

        @Override
        public CompletionStage<?> send(OutboundSseEvent event) {
            sent.add(event.getData());
            return sending.send(event);
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}

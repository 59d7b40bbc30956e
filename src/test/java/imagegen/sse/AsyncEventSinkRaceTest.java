package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * One thread takes events from a log whenever the sink is ready, another broadcasts. Whoever of them finds the other
 * at work is turned away, and must be told: nobody comes again later.
 */
class AsyncEventSinkRaceTest {

    private static final int ROUNDS = 4000;
    private static final int EVENTS = 4;

    private final AsyncSse sse = new AsyncSse();

    /** A reader of a log, as deliveries have them: moved by one thread at a time, whoever comes leaves a note. */
    private final class Reader {

        private final AsyncEventSink sink;
        private final AtomicInteger signals = new AtomicInteger();
        private final AtomicInteger appended = new AtomicInteger();
        private int sent;

        Reader(FakeConnection connection) throws IOException {
            sink = sse.sink(connection);
            sink.open(this::signal);
        }

        void append() {
            appended.incrementAndGet();
            signal();
        }

        void signal() {
            if (signals.getAndIncrement() > 0) {
                return;
            }
            int seen = 1;
            do {
                while (sent < appended.get() && sink.ready()) {
                    sent++;
                    sink.send(sse.newEvent("update"));
                }
                seen = signals.addAndGet(-seen);
            } while (seen > 0);
        }
    }

    @Test
    void noEventIsLeftBehindWhenAnotherSendsAtTheSameTime() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var connection = FakeConnection.thatIsReadyAtOnce();
            var reader = new Reader(connection);
            var start = new CyclicBarrier(2);
            var other = CompletableFuture.runAsync(() -> {
                await(start);
                for (int i = 0; i < EVENTS; i++) {
                    reader.sink.send(sse.newEvent("heartbeat"));
                }
            });
            await(start);
            for (int i = 0; i < EVENTS; i++) {
                reader.append();
            }
            other.join();
            assertEquals(2 * EVENTS, connection.received().split("\n\n").length, "round " + round);
            connection.assertContractKept();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }
}

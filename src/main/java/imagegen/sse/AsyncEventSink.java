package imagegen.sse;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A JAX-RS {@link SseEventSink} that never blocks its caller. Made by {@link AsyncSse}.
 *
 * <p>{@code send} may be called from any thread; the events of one thread arrive in its order. What the client does not
 * take at once waits here, up to the bytes that {@link AsyncSse} allows; beyond that, or when the client takes nothing
 * for too long, the sink is closed with that reason. The stage of {@code send} completes when the bytes have been given
 * to the server's socket layer, and exceptionally, with an {@link EventSinkException}, when the sink ends before; its
 * dependents run on the thread that found out, and must not block.
 */
public final class AsyncEventSink implements SseEventSink {

    private static final System.Logger LOG = System.getLogger(AsyncEventSink.class.getName());

    /** What came of one event. */
    interface Delivery {

        void handedOver();

        void failed(EventSinkException reason);
    }

    private record Entry(byte[] bytes, Delivery delivery) {
    }

    private final AsyncSse shared;
    private final NonBlockingOutput output;
    private final Watchdog.Watched watched = this::closeIfStalled;

    // Any thread.
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicInteger drains = new AtomicInteger();
    private volatile boolean closing;
    private final CompletableFuture<OutputEnd> end = new CompletableFuture<>();

    // Whoever drains.
    private final ArrayDeque<Entry> unflushed = new ArrayDeque<>(2);

    AsyncEventSink(AsyncSse shared, NonBlockingOutput output) {
        this.shared = shared;
        this.output = output;
    }

    void start() {
        shared.watchdog().watch(watched);
        output.start(new NonBlockingOutput.Listener() {
            @Override
            public void onReady() {
                drain();
            }

            @Override
            public void onClosed(OutputEnd reason) {
                shared.watchdog().forget(watched);
                end.complete(reason);
                drain();
            }
        });
    }

    @Override
    public boolean isClosed() {
        return closing || end.isDone();
    }

    /** Calls the listener once, when the sink ends, or now if it has. */
    public void onClose(Consumer<OutputEnd> listener) {
        end.thenAccept(reason -> {
            try {
                listener.accept(reason);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "a listener of a sink failed", e);
            }
        });
    }

    /** @throws IllegalStateException when the sink has been closed, as JAX-RS wants it */
    @Override
    public CompletionStage<?> send(OutboundSseEvent event) {
        if (isClosed()) {
            throw new IllegalStateException("the sink is closed");
        }
        var stage = new CompletableFuture<Void>();
        send(shared.encoder().encode(event), new Delivery() {
            @Override
            public void handedOver() {
                stage.complete(null);
            }

            @Override
            public void failed(EventSinkException reason) {
                stage.completeExceptionally(reason);
            }
        });
        return stage;
    }

    /** Never throws: what went wrong the delivery hears. */
    void send(byte[] bytes, Delivery delivery) {
        if (isClosed()) {
            delivery.failed(new EventSinkException(end.getNow(new OutputEnd.Closed())));
            return;
        }
        long pending = pendingBytes.addAndGet(bytes.length);
        // An event larger than all that may wait is let through when nothing waits, or it never could be.
        if (pending > shared.pendingBytes() && pending > bytes.length) {
            output.close(new OutputEnd.Overflowed(pending));
        }
        waiting.add(new Entry(bytes, delivery));
        drain();
    }

    /** Takes no more events, sends those that wait as far as the client takes them in time, and ends. */
    @Override
    public void close() {
        closing = true;
        drain();
    }

    private void closeIfStalled(long nowNanos) {
        long stalled = output.stalledFor(nowNanos);
        if (stalled >= shared.stallTimeout().toNanos()) {
            output.close(new OutputEnd.Stalled(Duration.ofNanos(stalled)));
        }
    }

    /** One thread at a time does the work of all that come meanwhile. */
    private void drain() {
        if (drains.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            writeWhatFits();
            seen = drains.addAndGet(-seen);
        } while (seen > 0);
    }

    private void writeWhatFits() {
        Entry next;
        while ((next = waiting.peek()) != null && output.ready()) {
            output.write(next.bytes, 0, next.bytes.length);
            unflushed.add(waiting.remove());
        }
        if (output.flush()) {
            while ((next = unflushed.poll()) != null) {
                pendingBytes.addAndGet(-next.bytes.length);
                next.delivery.handedOver();
            }
        }
        if (end.isDone()) {
            failAll();
        } else if (closing && waiting.isEmpty() && unflushed.isEmpty()) {
            output.close();
        }
    }

    private void failAll() {
        var reason = new EventSinkException(end.join());
        Entry next;
        while ((next = unflushed.poll()) != null || (next = waiting.poll()) != null) {
            next.delivery.failed(reason);
        }
    }
}

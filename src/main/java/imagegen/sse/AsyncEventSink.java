package imagegen.sse;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.ArrayDeque;
import java.util.List;
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
 * take at once waits here, up to the bytes that {@link AsyncSse} allows; beyond that the sink is closed with that
 * reason. The stage of {@code send} completes when the bytes have been given to the server's socket layer, and
 * exceptionally, with an {@link EventSinkException}, when the sink ends before; its dependents run on the thread that
 * found out, and must not block.
 *
 * <p>A sender that knows for each client where it is, in a log say, needs nothing to wait: it asks {@link #ready()}
 * before it looks for what comes next, and goes on when {@code onReady} is called.
 *
 * <p>A client that takes nothing keeps its sink for ever, unless somebody looks at {@link #stalledFor} and closes it.
 */
public final class AsyncEventSink implements SseEventSink {

    private static final System.Logger LOG = System.getLogger(AsyncEventSink.class.getName());

    private record Entry(byte[] bytes, CompletableFuture<Void> stage) {
    }

    private final EventEncoder encoder;
    private final int maxPending;
    private final NonBlockingOutput output;
    private Runnable onReady = () -> { };

    // Any thread.
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicInteger drains = new AtomicInteger();
    private volatile boolean asked;
    private volatile boolean closing;
    private final CompletableFuture<OutputEnd> end = new CompletableFuture<>();

    // Whoever drains.
    private final ArrayDeque<Entry> unflushed = new ArrayDeque<>(2);
    private boolean headersDue;

    AsyncEventSink(EventEncoder encoder, int maxPending, NonBlockingOutput output) {
        this.encoder = encoder;
        this.maxPending = maxPending;
        this.output = output;
    }

    /** Sends the headers. */
    public AsyncEventSink open() {
        headersDue = true;
        return open(() -> { });
    }

    /**
     * The same, for a sender that asks {@link #ready()}; the headers travel with its first event.
     *
     * @param newOnReady called once the client can take something for the first time, and after each {@link #ready()}
     *                   that answered {@code false}; again without need, too. Must not block
     */
    public AsyncEventSink open(Runnable newOnReady) {
        onReady = newOnReady;
        output.start(new NonBlockingOutput.Listener() {
            @Override
            public void onReady() {
                newOnReady.run();
                drain();
            }

            @Override
            public void onClosed(OutputEnd reason) {
                end.complete(reason);
                drain();
            }
        });
        return this;
    }

    /** Whether what is sent now is written at once. To be asked by one thread at a time. */
    public boolean ready() {
        asked = true;
        while (drains.getAndIncrement() == 0) {
            boolean empty = waiting.isEmpty();
            boolean ready = empty && output.ready();
            if (ready) {
                asked = false;
            }
            drainWhatCame(drains.decrementAndGet());
            if (empty || !waiting.isEmpty()) {
                return ready;
            }
            // What waited was written just now, by this thread: nobody else would say so
        }
        return false;
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
        return send(encoder.encode(event));
    }

    /** Several events in one write; the list is the caller's again. When the sink has been closed, the stage says so. */
    public CompletionStage<?> send(List<OutboundSseEvent> events) {
        return send(encoder.encode(events));
    }

    CompletableFuture<Void> send(byte[] bytes) {
        var stage = new CompletableFuture<Void>();
        if (isClosed()) {
            stage.completeExceptionally(new EventSinkException(end.getNow(new OutputEnd.Closed())));
            return stage;
        }
        long pending = pendingBytes.addAndGet(bytes.length);
        // More than may wait is let through when nothing waits, or it never could be.
        if (pending > maxPending && pending > bytes.length) {
            output.close(new OutputEnd.Overflowed(pending));
        }
        waiting.add(new Entry(bytes, stage));
        drain();
        return stage;
    }

    /** Takes no more events, sends those that wait as far as the client takes them, and ends. */
    @Override
    public void close() {
        closing = true;
        drain();
    }

    /** Ends now: what waits here is thrown away; so is what waits in the server, if the client takes nothing. */
    public void close(OutputEnd reason) {
        output.close(reason);
    }

    /** For how many nanoseconds, at this {@link System#nanoTime()}, the client has taken nothing; 0 if it is ready. */
    public long stalledFor(long nowNanos) {
        return output.stalledFor(nowNanos);
    }

    /** One thread at a time does the work of all that come meanwhile. */
    private void drain() {
        if (drains.getAndIncrement() > 0) {
            return;
        }
        drainWhatCame(1);
        // A sender was turned away because of what was under way here, or waited
        if (asked) {
            asked = false;
            onReady.run();
        }
    }

    private void drainWhatCame(int calls) {
        int seen = calls;
        while (seen > 0) {
            writeWhatFits();
            seen = drains.addAndGet(-seen);
        }
    }

    private void writeWhatFits() {
        Entry next;
        while ((next = waiting.peek()) != null && output.ready()) {
            output.write(next.bytes, 0, next.bytes.length);
            pendingBytes.addAndGet(-next.bytes.length);
            unflushed.add(waiting.remove());
        }
        if ((headersDue || !unflushed.isEmpty()) && output.flush()) {
            headersDue = false;
            while ((next = unflushed.poll()) != null) {
                next.stage.complete(null);
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
            next.stage.completeExceptionally(reason);
        }
    }
}

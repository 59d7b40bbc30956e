package imagegen.sse;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseBroadcaster;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A JAX-RS {@link SseBroadcaster} that encodes an event once and waits for nobody. Made by {@link AsyncSse}.
 *
 * <p>A sink that fails, or ends, is left out from then on, and the others do not notice. For each sink {@code onError}
 * is called at most once, when it ended otherwise than by being closed, and then {@code onClose} once. The stage of
 * {@code broadcast} completes when every sink has either been given the event or failed; it does not fail itself.
 *
 * <p>Sinks of another kind may be registered too; their {@code send} is called as it is, blocking or not.
 */
public final class AsyncEventBroadcaster implements SseBroadcaster {

    private static final System.Logger LOG = System.getLogger(AsyncEventBroadcaster.class.getName());

    private final EventEncoder encoder;
    private final Set<SseEventSink> sinks = ConcurrentHashMap.newKeySet();
    private final List<BiConsumer<SseEventSink, Throwable>> errorListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<SseEventSink>> closeListeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    AsyncEventBroadcaster(EventEncoder encoder) {
        this.encoder = encoder;
    }

    @Override
    public void onError(BiConsumer<SseEventSink, Throwable> listener) {
        checkOpen();
        errorListeners.add(listener);
    }

    @Override
    public void onClose(Consumer<SseEventSink> listener) {
        checkOpen();
        closeListeners.add(listener);
    }

    /** Registering a sink again changes nothing; one that has ended already is reported as closed. */
    @Override
    public void register(SseEventSink sink) {
        checkOpen();
        if (sinks.add(sink) && sink instanceof AsyncEventSink ours) {
            ours.onClose(end -> leave(sink, end instanceof OutputEnd.Closed
                    ? Optional.empty() : Optional.of(new EventSinkException(end))));
        }
    }

    /** Whether a broadcast would reach nobody. */
    public boolean isEmpty() {
        return sinks.isEmpty();
    }

    @Override
    public CompletionStage<?> broadcast(OutboundSseEvent event) {
        checkOpen();
        var bytes = encoder.encode(event);
        return CompletableFuture.allOf(sinks.stream()
                .map(sink -> sink instanceof AsyncEventSink ours ? ours.send(bytes) : send(sink, event))
                .map(stage -> stage.exceptionally(failed -> null)).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<?> send(SseEventSink sink, OutboundSseEvent event) {
        try {
            return sink.send(event).whenComplete((done, failure) -> {
                if (failure != null) {
                    leave(sink, Optional.of(failure));
                }
            }).toCompletableFuture();
        } catch (RuntimeException e) {
            leave(sink, Optional.of(e));
            return CompletableFuture.completedFuture(null);
        }
    }

    private void leave(SseEventSink sink, Optional<Throwable> failure) {
        if (!sinks.remove(sink)) {
            return;
        }
        failure.ifPresent(cause -> errorListeners.forEach(listener -> guarded(() -> listener.accept(sink, cause))));
        closeListeners.forEach(listener -> guarded(() -> listener.accept(sink)));
    }

    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a listener of a broadcaster failed", e);
        }
    }

    /** Closes the sinks as well. */
    @Override
    public void close() {
        close(true);
    }

    @Override
    public void close(boolean cascading) {
        closed = true;
        if (!cascading) {
            sinks.clear();
            return;
        }
        for (var sink : sinks) {
            guarded(sink::close);
            if (!(sink instanceof AsyncEventSink)) {
                leave(sink, Optional.empty());
            }
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the broadcaster is closed");
        }
    }
}

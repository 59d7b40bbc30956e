package imagegen.sse;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/**
 * What the sinks of an application share: how events are encoded, and how much may wait for one client. It takes the
 * place of the {@link Sse} that JAX-RS injects. Immutable; for any number of threads.
 */
public final class AsyncSse implements Sse {

    /** Beside its type: no cache and no proxy may keep, hold back or rewrite what is live. */
    public static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-cache, no-transform",
            // nginx's word for it
            "X-Accel-Buffering", "no");

    /** Bytes, about an event: each is flushed, and servers take a new buffer for each flush, of 8 KB by default. */
    private static final int BUFFER = 512;
    private static final int PENDING_BYTES = 64 * 1024;

    private final EventEncoder encoder;
    private final int pendingBytes;

    /** Text and bytes; 64 KB may wait for a client. */
    public AsyncSse() {
        this(new EventEncoder(), PENDING_BYTES);
    }

    /** @param pendingBytes that may wait for one client, not counting what the server has taken */
    public AsyncSse(EventEncoder encoder, int pendingBytes) {
        this.encoder = Objects.requireNonNull(encoder);
        this.pendingBytes = pendingBytes;
    }

    /**
     * Makes the response of an asynchronous request an event stream. Nothing is sent before {@link AsyncEventSink#open}.
     * To be called once for a request, on the thread that serves it.
     */
    public AsyncEventSink sink(AsyncContext context) throws IOException {
        return sink(context, context::complete);
    }

    /**
     * The same inside a JAX-RS resource. The request's {@code getAsyncContext()} is then the context.
     *
     * @param suspended resumed when the sink has ended, and by nobody else
     */
    public AsyncEventSink sink(AsyncContext context, AsyncResponse suspended) throws IOException {
        return sink(context, () -> suspended.resume(Response.ok().build()));
    }

    private AsyncEventSink sink(AsyncContext context, Runnable complete) throws IOException {
        var response = (HttpServletResponse) context.getResponse();
        response.setContentType("text/event-stream");
        HEADERS.forEach(response::setHeader);
        response.setBufferSize(BUFFER);
        return new AsyncEventSink(encoder, pendingBytes, new NonBlockingOutput(context, complete));
    }

    @Override
    public OutboundSseEvent.Builder newEventBuilder() {
        return new OutboundEvent.Builder();
    }

    @Override
    public AsyncEventBroadcaster newBroadcaster() {
        return new AsyncEventBroadcaster(encoder);
    }
}

package imagegen.sse;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the sinks of an application share: how events are encoded, how much may wait for one client, and one watchdog
 * that closes those whose client has taken nothing for too long. It takes the place of the {@link Sse} that JAX-RS
 * injects.
 */
public final class AsyncSse implements Sse {

    private final EventEncoder encoder;
    private final int pendingBytes;
    private final Duration stallTimeout;
    private final Timer timer;
    private final Watchdog watchdog;

    /** Text and bytes; 256 KB may wait for a client; one that takes nothing for 20 s is closed. */
    public AsyncSse(ScheduledExecutorService scheduler) {
        this(scheduler, new EventEncoder(), 256 * 1024, Duration.ofSeconds(20));
    }

    /**
     * @param scheduler for the watchdog; one thread is plenty; not shut down here
     * @param pendingBytes that may wait for one client, not counting what the server has taken
     * @param stallTimeout looked at once a second
     */
    public AsyncSse(ScheduledExecutorService scheduler, EventEncoder encoder, int pendingBytes, Duration stallTimeout) {
        this(Timer.on(scheduler), encoder, pendingBytes, stallTimeout);
    }

    AsyncSse(Timer timer, EventEncoder encoder, int pendingBytes, Duration stallTimeout) {
        this.encoder = Objects.requireNonNull(encoder);
        this.pendingBytes = pendingBytes;
        this.stallTimeout = Objects.requireNonNull(stallTimeout);
        this.timer = timer;
        this.watchdog = new Watchdog(timer, Duration.ofSeconds(1));
    }

    /**
     * Makes the response of an asynchronous request an event stream, and sends its headers. To be called once for a
     * request, on the thread that serves it.
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
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-cache, no-transform");
        response.setHeader("X-Accel-Buffering", "no");
        var sink = new AsyncEventSink(this, new NonBlockingOutput(context, complete, timer::nanos));
        sink.start();
        return sink;
    }

    @Override
    public OutboundSseEvent.Builder newEventBuilder() {
        return new OutboundEvent.Builder();
    }

    @Override
    public AsyncEventBroadcaster newBroadcaster() {
        return new AsyncEventBroadcaster(encoder);
    }

    EventEncoder encoder() {
        return encoder;
    }

    int pendingBytes() {
        return pendingBytes;
    }

    Duration stallTimeout() {
        return stallTimeout;
    }

    Watchdog watchdog() {
        return watchdog;
    }
}

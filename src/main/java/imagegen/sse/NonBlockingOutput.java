package imagegen.sse;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;

/**
 * The response body of an asynchronous servlet request, written without ever blocking.
 *
 * <p>It keeps the rules of the Servlet specification (5.7, "Non Blocking IO") so that its owner need not know them:
 * {@code isReady()} is asked before each write and each flush, nothing is touched after the end, {@code complete()} is
 * called once. It holds no bytes: what can't be written yet stays with the owner.
 *
 * <pre>
 *     void drain() {                      // one thread at a time: after onReady, and whenever there is more to send
 *         while (hasMore() &amp;&amp; output.ready()) {
 *             output.write(buffer, 0, length);
 *         }
 *         output.flush();                 // costs nothing when nothing is unflushed
 *     }
 * </pre>
 *
 * <p><b>Threads.</b> The owner calls {@link #ready}, {@link #write} and {@link #flush} from one thread at a time, each
 * call happening before the next. {@link #close()}, {@link #stalledFor} and {@link #closed()} are for any thread. The
 * listener is called from container threads, from within {@link #start}, and {@code onClosed} also from within any call
 * that finds the connection broken; on some servers (Payara) a container thread holds the server's own lock of this
 * response meanwhile. A listener must therefore not wait for a lock that its owner holds while it calls this object.
 *
 * <p><b>Cost.</b> No allocation and no lock; a write with its flush is two {@code isReady}, one copy into the server's
 * buffer and one system call.
 *
 * <p><b>What "ready" means</b> is the server's to say. Grizzly (Payara) takes four times the socket's send buffer into
 * its own heap before it says no, which is 10 MB where the operating system sizes that buffer; the transport's setting
 * {@code socket-write-buffer-size} bounds it.
 */
public final class NonBlockingOutput {

    /** What the owner is told. Neither method may block. */
    public interface Listener {

        /**
         * The output can be written again: called once at the start, and once after each time that {@link #ready} or
         * {@link #flush} answered {@code false}.
         */
        void onReady();

        /** The output has ended; exactly once, whoever ended it, and the last that is heard of it. */
        void onClosed(OutputEnd end);
    }

    /* idle <-> busy; busy -> doomed -> closed (the end came during a call, which finishes it); idle -> closed */
    private static final int IDLE = 0;
    private static final int BUSY = 1;
    private static final int DOOMED = 2;
    private static final int CLOSED = 3;

    private static final VarHandle STATE;
    private static final VarHandle END;

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(NonBlockingOutput.class, "state", int.class);
            END = lookup.findVarHandle(NonBlockingOutput.class, "end", OutputEnd.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Runnable completion;
    private final LongSupplier nanoTime;
    private final Connection connection;
    private Listener listener;
    private boolean multiplexed;

    // Any thread.
    @SuppressWarnings("unused") // through STATE
    private volatile int state;
    private volatile OutputEnd end;
    private volatile boolean completedElsewhere;
    private volatile boolean blocked = true;
    private volatile long blockedSince;

    // The owner's thread. The response's headers are unflushed from the start.
    private boolean granted;
    private boolean unflushed = true;

    /**
     * @param context of a request whose response headers are set and whose body nobody else writes
     * @throws IOException when the response has no output stream to give
     */
    public NonBlockingOutput(AsyncContext context) throws IOException {
        this(context, context::complete);
    }

    /**
     * For a JAX-RS resource, whose runtime wants to end the request itself.
     *
     * @param completion ends the request in place of {@link AsyncContext#complete()}, as
     *                   {@code () -> suspended.resume(Response.ok().build())} does: Jersey, hearing of a completion
     *                   past it, would complete once more, which servers log as an error
     */
    public NonBlockingOutput(AsyncContext context, Runnable completion) throws IOException {
        this(context, completion, System::nanoTime);
    }

    NonBlockingOutput(AsyncContext context, Runnable completion, LongSupplier nanoTime) throws IOException {
        this.context = context;
        this.completion = completion;
        this.nanoTime = nanoTime;
        this.connection = Connection.of(context.getRequest());
        this.out = connection.output(context.getResponse());
    }

    /**
     * Begins: the first {@link Listener#onReady()} may come before this method returns. To be called once, from the
     * container's thread that serves the request; the request has no time-out from then on.
     */
    public void start(Listener newListener) {
        listener = newListener;
        blockedSince = nanoTime.getAsLong() | 1;
        multiplexed = context.getRequest().getProtocol().startsWith("HTTP/2");
        var callbacks = new Callbacks();
        context.setTimeout(0);
        context.addListener(callbacks);
        out.setWriteListener(callbacks);
    }

    /**
     * Whether one {@link #write} may follow. When not, and the output is not {@link #closed()},
     * {@link Listener#onReady()} will be called. To ask again before the write costs nothing.
     */
    public boolean ready() {
        if (granted) {
            return !closed();
        }
        if (blocked || !enter()) {
            return false;
        }
        granted = false;
        try {
            granted = ask();
        } catch (RuntimeException e) {
            end(new OutputEnd.ClientGone(e));
        } finally {
            exit();
        }
        return granted;
    }

    /**
     * Hands bytes to the server, which copies or sends them before this returns; they need a {@link #flush} to travel.
     * After the end it does nothing.
     *
     * @throws IllegalStateException without a {@link #ready()} before it that answered {@code true}
     */
    public void write(byte[] buffer, int offset, int length) {
        if (closed()) {
            return;
        }
        if (!granted) {
            throw new IllegalStateException("write without ready");
        }
        if (!enter()) {
            return;
        }
        granted = false;
        unflushed = true;
        try {
            out.write(buffer, offset, length);
        } catch (IOException | RuntimeException e) {
            end(new OutputEnd.ClientGone(e));
        } finally {
            exit();
        }
    }

    /**
     * Sends what was written; the first time the response's headers too, even if nothing was. When the server can't
     * take the flush now, the answer is {@code false} and the owner calls again after {@link Listener#onReady()}.
     *
     * @return whether all that was written has been given to the server's socket layer
     */
    public boolean flush() {
        if (!unflushed) {
            return true;
        }
        if (blocked || !enter()) {
            return false;
        }
        granted = false;
        try {
            if (multiplexed && !connection.isOpen()) {
                end(new OutputEnd.ClientGone(new IOException("the client has reset the stream")));
            } else if (ask()) {
                out.flush();
                unflushed = false;
            }
        } catch (IOException | RuntimeException e) {
            end(new OutputEnd.ClientGone(e));
        } finally {
            exit();
        }
        return !unflushed;
    }

    /**
     * Ends the response in good order; what was written is still sent. When the client can't take more at this moment,
     * the connection is dropped instead where that can be done, since it might never take the rest.
     */
    public void close() {
        close(new OutputEnd.Closed());
    }

    /** Ends the response; the listener hears this reason, unless there was another before it. */
    public void close(OutputEnd reason) {
        end(reason);
    }

    public boolean closed() {
        return end != null;
    }

    /**
     * For how many nanoseconds, at the {@link System#nanoTime()} given, the client has taken nothing; 0 if it is ready.
     */
    public long stalledFor(long nowNanos) {
        long since = blockedSince;
        return since == 0 || !blocked ? 0 : Math.max(0, nowNanos - since);
    }

    private boolean ask() {
        // Set before the question: a "no" may be taken back on another thread before this one sees it.
        blocked = true;
        if (out.isReady()) {
            blocked = false;
            return true;
        }
        blockedSince = nanoTime.getAsLong() | 1;
        if (!blocked) {
            blockedSince = 0;
        }
        return false;
    }

    private boolean enter() {
        return STATE.compareAndSet(this, IDLE, BUSY);
    }

    private void exit() {
        if (!STATE.compareAndSet(this, BUSY, IDLE)) {
            finish();
        }
    }

    private void end(OutputEnd reason) {
        if (!END.compareAndSet(this, null, reason)) {
            return;
        }
        while (true) {
            if (STATE.compareAndSet(this, IDLE, CLOSED)) {
                finish();
                return;
            }
            // A call is under way, perhaps this thread's own: to complete now could hand its buffers to another
            // request.
            if (STATE.compareAndSet(this, BUSY, DOOMED)) {
                return;
            }
        }
    }

    private void finish() {
        STATE.setVolatile(this, CLOSED);
        boolean stuck = blocked || end instanceof OutputEnd.Stalled || end instanceof OutputEnd.Overflowed;
        blockedSince = 0;
        try {
            if (!completedElsewhere) {
                if (stuck) {
                    connection.drop(completion);
                } else {
                    connection.complete(completion);
                }
            }
        } catch (RuntimeException e) {
            // The container ended the request in the same moment; that is what was wanted.
            completedElsewhere = true;
        } finally {
            listener.onClosed(end);
        }
    }

    private final class Callbacks implements WriteListener, AsyncListener {

        @Override
        public void onWritePossible() {
            blocked = false;
            blockedSince = 0;
            if (!closed()) {
                listener.onReady();
            }
        }

        @Override
        public void onError(Throwable cause) {
            end(new OutputEnd.ClientGone(cause));
        }

        @Override
        public void onError(AsyncEvent event) {
            var cause = event.getThrowable();
            end(new OutputEnd.ClientGone(cause != null ? cause : new IOException("the container gave no cause")));
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            end(new OutputEnd.EndedByContainer("time-out"));
        }

        @Override
        public void onComplete(AsyncEvent event) {
            completedElsewhere = true;
            end(new OutputEnd.EndedByContainer("complete"));
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // Only a dispatch would start another cycle, and nobody dispatches a stream.
        }
    }
}

package imagegen.guard;

import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import imagegen.sse.Connection;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One body on its way in. Takes what has arrived and lets go of the thread; when the body is whole, the request starts
 * over with it in hand. A client that takes longer than {@link #PATIENCE}, however busily, is told so and cut.
 *
 * <p>The container calls one thing at a time, but for the time-out, which may come while bytes do.
 */
final class BodyReader implements ReadListener, AsyncListener {

    /** From the end of the headers to the end of the body: ample for 32 KB over a telephone. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(BodyReader.class.getName());

    private final BufferedRequest request;
    private final HttpServletResponse response;
    private final int maxBytes;
    private final long announced;
    private final AsyncContext context;
    private final ServletInputStream in;
    private final AtomicBoolean done = new AtomicBoolean();

    // The container's thread. Grows with what has come, not with what was announced.
    private byte[] bytes = new byte[1024];
    private int length;

    private BodyReader(HttpServletRequest request, HttpServletResponse response, int maxBytes) throws IOException {
        this.in = request.getInputStream();
        this.request = new BufferedRequest(request);
        this.response = response;
        this.maxBytes = maxBytes;
        this.announced = request.getContentLengthLong();
        this.context = request.startAsync(this.request, response);
    }

    /** Begins; the filter that calls this leaves the rest of its chain to the dispatch that follows. */
    static void read(HttpServletRequest request, HttpServletResponse response, int maxBytes) throws IOException {
        BodyReader reader = new BodyReader(request, response, maxBytes);
        reader.context.setTimeout(PATIENCE.toMillis());
        reader.context.addListener(reader);
        reader.in.setReadListener(reader);
    }

    @Override
    public void onDataAvailable() throws IOException {
        // A body that is whole is not asked for more: Payara would call back for it when the request may be another
        while (!done.get() && length != announced && in.isReady()) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(2 * bytes.length, maxBytes + 1));
            }
            length += Math.max(0, in.read(bytes, length, bytes.length - length));
            if (length > maxBytes) {
                refuse(BodyGuard.tooLarge(maxBytes));
            }
        }
        if (length == announced) {
            onAllDataRead();
        }
    }

    @Override
    public void onAllDataRead() {
        if (done.compareAndSet(false, true)) {
            request.hold(Arrays.copyOf(bytes, length));
            context.dispatch();
        }
    }

    /** The client has left, or sends what is no body. */
    @Override
    public void onError(Throwable cause) {
        LOG.log(Level.DEBUG, "a body broke off", cause);
        if (tell(Problem.of(ProblemType.INVALID_BODY, "The body broke off."))) {
            context.complete();
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        refuse(Problem.of(ProblemType.BODY_TIMEOUT, "A body must be whole within " + PATIENCE.toSeconds() + " s."));
    }

    private void refuse(Problem problem) {
        if (tell(problem)) {
            // Grizzly would wait for the rest, for as long as the client likes
            Connection.of(context.getRequest()).drop(context::complete);
        }
    }

    /** Whether it was for this caller to end the request, and so to complete it. */
    private boolean tell(Problem problem) {
        if (!done.compareAndSet(false, true)) {
            return false;
        }
        try {
            BodyGuard.tell(problem, response);
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "nobody is left to be told", gone);
        }
        return true;
    }

    @Override
    public void onError(AsyncEvent event) {
        onError(event.getThrowable());
    }

    @Override
    public void onComplete(AsyncEvent event) {
        done.set(true);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // The request is whole, and somebody else's now
    }
}

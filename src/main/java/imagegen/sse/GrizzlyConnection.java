package imagegen.sse;

import jakarta.servlet.ServletRequest;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;

/**
 * Payara and GlassFish.
 *
 * <p>To drop a client that does not read: {@code complete()} is enough on servers that give up a response that can't be
 * written, but Grizzly waits for the client to take the rest, its keep-alive time-out too, and so keeps the socket and
 * everything pending for as long as the client likes. To notice that an HTTP/2 client has cancelled its stream: Grizzly
 * lets writes to it succeed for as long as the connection lives.
 */
final class GrizzlyConnection implements Connection {

    private static final System.Logger LOG = System.getLogger(GrizzlyConnection.class.getName());
    private static final String[] WAY = {"getUnwrappedCoyoteRequest", "getCoyoteRequest", "getRequest",
        "getProcessingState", "getHttpContext", "getCloseable"};

    private final Object closeable;
    private final Method isOpen;
    private final Method terminate;

    GrizzlyConnection(ServletRequest request) throws ReflectiveOperationException {
        closeable = Reach.along(request, WAY);
        isOpen = Reach.method(closeable, "isOpen");
        terminate = Reach.method(closeable, "terminateSilently");
    }

    @Override
    public boolean isOpen() {
        try {
            return (boolean) isOpen.invoke(closeable);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "could not look at a connection", Reach.cause(e));
            return true;
        }
    }

    @Override
    public void drop(Runnable completion) {
        completion.run();
        try {
            terminate.invoke(closeable);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "could not drop a stalled connection", Reach.cause(e));
        }
    }
}

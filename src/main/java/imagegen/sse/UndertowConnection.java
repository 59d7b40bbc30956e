package imagegen.sse;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;

/**
 * WildFly. To flush: {@code ServletOutputStreamImpl.flushInternal} leaves in its buffer what the channel can't take at
 * this moment, and says that it is ready all the same; on HTTP/2, where each frame is a moment of its own, an update
 * would wait there for the next one. To drop a client that does not read: {@code complete()} waits in Undertow until the
 * client has taken what was written.
 */
final class UndertowConnection implements Connection {

    private static final System.Logger LOG = System.getLogger(UndertowConnection.class.getName());

    /** On HTTP/2 it stands for the one stream. */
    private final Object connection;
    private final Method close;

    UndertowConnection(ServletRequest request) throws ReflectiveOperationException {
        connection = Reach.along(request, "getExchange", "getConnection");
        close = Reach.method(connection, "close");
    }

    /** With a buffer that nothing fits into, a write goes to the channel at once, and what is left over makes it unready. */
    @Override
    public ServletOutputStream output(ServletResponse response) throws IOException {
        response.setBufferSize(1);
        return response.getOutputStream();
    }

    @Override
    public void complete(Runnable completion) {
        Connection.aside(completion);
    }

    @Override
    public void drop(Runnable completion) {
        try {
            close.invoke(connection);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "could not drop a stalled connection", Reach.cause(e));
        }
        Connection.aside(completion);
    }
}

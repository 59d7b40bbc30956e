package imagegen.sse;

import jakarta.servlet.ServletRequest;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;

/**
 * WildFly. To drop a client that does not read: {@code complete()} waits in Undertow until the client has taken what
 * was written.
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

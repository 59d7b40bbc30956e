package imagegen.delivery.websocket;

import jakarta.websocket.Session;
import java.lang.System.Logger.Level;
import java.util.Collection;

/**
 * Payara and GlassFish, whose WebSockets are Tyrus' on Grizzly. Tyrus queues what can't be written without bound, the
 * answers to pings too, and a session that is closed keeps its socket, and whoever closes it, until the client has taken
 * all of it.
 */
final class TyrusConnection implements SocketConnection {

    private static final System.Logger LOG = System.getLogger(TyrusConnection.class.getName());

    private final Object writer;
    private final Collection<?> queue;

    TyrusConnection(Session session) throws ReflectiveOperationException {
        writer = Inside.along(session, "asyncRemote", "webSocket", "protocolHandler", "writer");
        queue = (Collection<?>) Inside.along(writer, "queue");
    }

    @Override
    public int waiting() {
        return queue.size();
    }

    @Override
    public void drop(Runnable closing) {
        try {
            // Before it is closed: afterwards there is no way from the session to its connection any more
            Object response = Inside.along(writer, "servletOutputStream", "ob", "grizzlyResponse");
            Object connection = Inside.call(response, "getRequest", "getContext", "getConnection");
            Inside.call(connection, "terminateSilently");
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "could not drop a stalled WebSocket", e);
        }
        closing.run();
    }
}

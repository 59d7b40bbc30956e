package imagegen.delivery.websocket;

import jakarta.websocket.Session;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;

/**
 * WildFly, whose WebSockets are Undertow's. It stops reading while 50 frames wait for the client
 * ({@code AbstractFramedChannel.queuedFrameHighWaterMark}), answers to pings among them; but a session that is closed
 * keeps its socket until the client has taken all of them.
 */
final class UndertowSocketConnection implements SocketConnection {

    private static final System.Logger LOG = System.getLogger(UndertowSocketConnection.class.getName());

    private final Session session;
    private final Method forceClose;

    UndertowSocketConnection(Session session) throws ReflectiveOperationException {
        this.session = session;
        forceClose = session.getClass().getMethod("forceClose");
    }

    @Override
    public void drop(Runnable closing) {
        try {
            forceClose.invoke(session);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "could not drop a stalled WebSocket", e);
        }
        closing.run();
    }
}

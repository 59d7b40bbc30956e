package imagegen.delivery.websocket;

import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/**
 * Open Liberty, where whoever sends or closes may have to wait for the client: for its taking an answer to its own ping
 * ({@code WsocConnLink.okToWrite}), or for a farewell frame, 5.5 s ({@code WsocConnLink.outgoingCloseConnection}). It
 * reads nothing more meanwhile, so that no frames pile up.
 */
final class LibertySocketConnection implements SocketConnection {

    private static final System.Logger LOG = System.getLogger(LibertySocketConnection.class.getName());

    private final Socket socket;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    LibertySocketConnection(Session session) throws ReflectiveOperationException {
        Object link = Inside.along(Inside.call(session, "getSessionImpl"), "connLink");
        socket = (Socket) Inside.call(Inside.along(link, "tcpReadContext"), "getSocket");
    }

    @Override
    public synchronized void inTurn(Runnable task) {
        last = last.thenRunAsync(task, each -> Thread.ofVirtual().name("WebSocket").start(each))
                .exceptionally(LibertySocketConnection::failed);
    }

    private static Void failed(Throwable problem) {
        LOG.log(Level.WARNING, "a WebSocket could not be written to or closed", problem);
        return null;
    }

    /** Whoever waits for the client is let go when the socket is closed. */
    @Override
    public void drop(Runnable closing) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "could not drop a stalled WebSocket", e);
        }
        inTurn(closing);
    }
}

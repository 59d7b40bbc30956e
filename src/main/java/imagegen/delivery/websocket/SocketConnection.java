package imagegen.delivery.websocket;

import jakarta.websocket.Session;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * What Jakarta WebSocket can't ask of the connection under a session: how much waits in it, and to give it up without
 * the client's help. There is a class for each kind of server that needs one, found by what is there; on any other
 * server closing the session has to do.
 *
 * <p>Any thread; nothing here blocks.
 */
interface SocketConnection {

    /** How many frames, of ours and answers to pings, the client has not taken and the server's heap holds. */
    default int waiting() {
        return 0;
    }

    /** Does something to the session that this server may make wait for the client, after what came before it. */
    default void inTurn(Runnable task) {
        task.run();
    }

    /**
     * Ends the connection and frees what waits in it.
     *
     * @param closing has the session closed; again is fine
     */
    default void drop(Runnable closing) {
        closing.run();
    }

    /** A way from a session to its connection; throws where the way is not there. */
    @FunctionalInterface
    interface Way {

        SocketConnection from(Session session) throws ReflectiveOperationException;
    }

    List<Way> WAYS = List.of(TyrusConnection::new, UndertowSocketConnection::new,
            LibertySocketConnection::new);

    /** To be asked while the session is open; what it gives may be used later. */
    static SocketConnection of(Session session) {
        for (Way way : WAYS) {
            try {
                return way.from(session);
            } catch (ReflectiveOperationException | RuntimeException e) {
                System.getLogger(SocketConnection.class.getName()).log(Level.DEBUG, "not this server", e);
            }
        }
        return new SocketConnection() {
        };
    }
}

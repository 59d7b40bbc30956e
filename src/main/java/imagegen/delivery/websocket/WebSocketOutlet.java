package imagegen.delivery.websocket;

import imagegen.delivery.CloseReason;
import imagegen.delivery.Message;
import imagegen.delivery.Notice;
import imagegen.delivery.Outlet;
import imagegen.delivery.Subscription;
import imagegen.log.Entry;
import imagegen.update.Cursor;
import jakarta.websocket.CloseReason.CloseCode;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A subscriber's WebSocket: one message under way at a time, so that a slow reader holds one message and no queue. A
 * client that has the server queue answers to its pings, and takes none, stalls at once.
 */
final class WebSocketOutlet implements Outlet {

    private static final System.Logger LOG = System.getLogger(WebSocketOutlet.class.getName());

    /** So many frames may wait for a client; an honest one has one of ours, and an answer to a ping. */
    private static final int MAX_WAITING = 64;

    /** Nanoseconds for which a farewell is worth waiting for. */
    private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

    private final Session session;
    private final Executor closer;
    private final SocketConnection connection;
    private final Subscription subscription;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean sending;
    private volatile long sendingSince;
    private volatile CloseReason reason = CloseReason.CLIENT_LEFT;

    /** @param closer closes sessions, which may wait for their clients: whoever ends a stream must not */
    WebSocketOutlet(Session session, Executor closer, Subscription subscription) {
        this.session = session;
        this.closer = closer;
        this.connection = SocketConnection.of(session);
        this.subscription = subscription;
    }

    @Override
    public boolean ready() {
        return !sending && !over.get();
    }

    @Override
    public void send(Cursor cursor, Entry entry) {
        send(Message.of(cursor, entry));
    }

    @Override
    public void send(Notice notice) {
        send(notice.asMessage());
    }

    private void send(String message) {
        sendingSince = System.nanoTime();
        sending = true;
        connection.inTurn(() -> sendNow(message));
    }

    private void sendNow(String message) {
        try {
            session.getAsyncRemote().sendText(message, this::sent);
        } catch (RuntimeException broken) {
            ended();
        }
    }

    private void sent(SendResult result) {
        sending = false;
        if (result.isOK()) {
            subscription.signal();
        } else {
            ended();
        }
    }

    @Override
    public void flush() {
        // A message is on its way once it was sent
    }

    @Override
    public void close(CloseReason why) {
        reason = why;
        // What is on its way for a moment may still arrive; whoever takes nothing would keep the socket
        if (why == CloseReason.STALLED || stalledFor(System.nanoTime()) > PATIENCE) {
            connection.drop(() -> closeSoon(why));
        } else {
            connection.inTurn(() -> closeSoon(why));
        }
        ended();
    }

    private void closeSoon(CloseReason why) {
        try {
            closer.execute(() -> closeSession(why));
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "the server is going, and its connections with it", e);
        }
    }

    private void closeSession(CloseReason why) {
        try {
            session.close(new jakarta.websocket.CloseReason(code(why), why.wireName()));
        } catch (IOException | IllegalStateException e) {
            LOG.log(Level.DEBUG, "closed already", e);
        }
    }

    private static CloseCode code(CloseReason why) {
        return switch (why) {
            case CLIENT_LEFT -> CloseCodes.NORMAL_CLOSURE;
            case DRAINED -> CloseCodes.GOING_AWAY;
            case FAILED -> CloseCodes.UNEXPECTED_CONDITION;
            case TOKEN_ENDED -> CloseCodes.getCloseCode(4001);
            case STALLED -> CloseCodes.getCloseCode(4008);
            case MOVED -> CloseCodes.getCloseCode(4009);
        };
    }

    @Override
    public long stalledFor(long nanoTime) {
        if (connection.waiting() > MAX_WAITING) {
            return Long.MAX_VALUE;
        }
        return sending ? Math.max(0, nanoTime - sendingSince) : 0;
    }

    /** The session is over, whoever ended it. */
    void ended() {
        if (over.compareAndSet(false, true)) {
            subscription.ended(reason);
        }
    }
}

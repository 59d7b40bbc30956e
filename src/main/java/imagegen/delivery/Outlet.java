package imagegen.delivery;

import imagegen.log.Entry;
import imagegen.update.Cursor;

/**
 * One client's connection, as its subscription sees it. No method blocks.
 *
 * <p>All but {@link #close} and {@link #stalledFor} are called by one thread at a time. The outlet calls
 * {@link Subscription#signal} whenever it has become ready, and {@link Subscription#ended} once when it is over, whoever
 * ended it.
 */
public interface Outlet {

    /** Whether exactly one {@code send} may follow; if not, a signal will. */
    boolean ready();

    void send(Cursor cursor, Entry entry);

    void send(Notice notice);

    /** Pushes out what was sent; again after a signal where it could not. */
    void flush();

    /** Ends the connection after what was sent. Any thread; again is fine. */
    void close(CloseReason reason);

    /** Nanoseconds for which the client has taken nothing although there was something to take; 0 otherwise. */
    long stalledFor(long nanoTime);
}

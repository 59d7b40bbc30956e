package imagegen.sse;

import java.lang.System.Logger.Level;

/**
 * What happens to an {@link HttpEventSource} besides its events. Called in order, never at the same time as a consumer
 * of the same source, and not allowed to block.
 */
public interface EventSourceObserver {

    /** Each change, once; the last one is {@link ConnectionState.Ended}. */
    default void stateChanged(ConnectionState state) {
    }

    /** An event of the stream was left out because it was beyond the limits. */
    default void leftOut(EventStreamParser.TooLong what) {
    }

    /** A consumer threw, an {@link Error} perhaps; it and the others go on to get events. */
    default void consumerFailed(Throwable failure) {
        System.getLogger(HttpEventSource.class.getName()).log(Level.WARNING, "an event consumer failed", failure);
    }
}

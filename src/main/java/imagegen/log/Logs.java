package imagegen.log;

import imagegen.lease.Fence;
import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The update logs of all users. Any thread; nothing here blocks.
 *
 * <p>Where the updates are kept is the implementation's: what has to be fetched or confirmed elsewhere comes as a
 * stage, completed already where it is at hand. A stage completes on a thread that must not be blocked either.
 */
public interface Logs {

    /** Appends to the user's log and wakes its readers, on the calling thread where the log is in this memory. */
    default CompletionStage<Outcome> append(String user, Update update) {
        return append(user, update, Fence.NONE);
    }

    /**
     * As {@link #append(String, Update)}, for a writer that should be the only one.
     *
     * @param fence where the log is shared and another node has the lease, the update is {@link Outcome#FENCED}
     */
    CompletionStage<Outcome> append(String user, Update update, Fence fence);

    /**
     * As {@link #append(String, Update)}, unless anything is known of the request: then this update is
     * {@link Outcome#LATE}.
     */
    CompletionStage<Outcome> begin(String user, Update first);

    /**
     * A reader of the user's updates. One whose log is still being fetched has nothing to read yet, and is woken.
     *
     * @param after the last update that the caller has; without it the reader begins with the latest state of every
     *              request that is known
     * @param only  the requests to read of; empty means all
     * @param wake  called on an appending thread whenever there may be more to read; must not block. An update that is
     *              appended while this method runs is seen by the reader or announced by a wake-up
     */
    Reader open(String user, Optional<Cursor> after, Set<RequestId> only, Runnable wake);

    /** The request's latest update, if this user has such a request and it is still remembered. */
    CompletionStage<Optional<Entry>> latest(String user, RequestId id);

    /** The user's requests that have not ended, oldest first; also those whose latest update is no longer kept. */
    CompletionStage<List<RequestId>> unfinished(String user);
}

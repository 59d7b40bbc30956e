package imagegen.backend;

import imagegen.update.Decoded;
import imagegen.update.RequestId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The image backend, as this gateway sees it.
 *
 * <p>No method blocks or throws; what goes wrong ends a stage with a {@link BackendException}. Every stage ends within
 * a bounded time, on any thread, so whatever is chained to one must be short. A token is passed on as it is. How many
 * calls are under way at once is the caller's affair.
 */
public interface Backend {

    /**
     * Asks for images.
     *
     * @param idempotencyKey passed on, so that the backend too can tell a repeat from a second wish
     */
    CompletionStage<RequestId> submit(String token, Submission submission, Optional<String> idempotencyKey);

    /** The last message of a request, readable or not; empty where the backend knows no such request of this caller. */
    CompletionStage<Optional<Decoded>> status(String token, RequestId id);

    /** Stops a request; false where the backend knows no such request of this caller. */
    CompletionStage<Boolean> cancel(String token, RequestId id);

    /**
     * Opens the event stream of everything the token may see, or of one request. It connects again by itself, until it
     * is closed or the listener is told that it has ended.
     *
     * @param token       asked before each connect; empty while there is none that could be used, which ends the stream
     * @param only        the request that the stream is about; empty for all
     * @param lastEventId where an earlier stream had come to ({@link EventStream#lastEventId}); empty for the beginning
     */
    EventStream open(Supplier<Optional<String>> token, Optional<RequestId> only, String lastEventId,
            EventStream.Listener listener);

    /** Whether it is known where the backend is; where not, everything is unavailable. */
    boolean located();

    /** Looks whether the backend answers at all, if nothing was learned of it for a while. Called every so often. */
    void probe();

    /** What is known of the backend's health. */
    Reach reach();

    /** Frees all connections; nothing is asked any more. */
    void close();
}

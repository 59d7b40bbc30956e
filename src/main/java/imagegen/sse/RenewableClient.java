package imagegen.sse;

import java.net.ProtocolException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A {@link HttpClient} that another takes the place of before it has lost too many sockets. Any thread.
 *
 * <p>After an answer that is no HTTP, or whose headers do not end, java.net.http reports the failure and forgets the
 * socket, still open, until the client itself is shut down: a server that goes on like that would cost a socket at each
 * attempt. A client that has been replaced goes on with the streams it has, and closes all it has lost with the last.
 */
public final class RenewableClient implements AutoCloseable {

    /** How many sockets a client may have lost. */
    static final int LOST = 8;

    private final Supplier<HttpClient> maker;

    /** Guarded by this. */
    private final List<HttpClient> replaced = new ArrayList<>();
    private HttpClient client;
    private int lost;

    /** @param maker of clients that are all alike; each is shut down here */
    public RenewableClient(Supplier<HttpClient> maker) {
        this.maker = maker;
        this.client = Objects.requireNonNull(maker.get());
    }

    /** The one to send the next request with. */
    public synchronized HttpClient get() {
        return client;
    }

    /** To be told of each request that failed before it was answered. */
    public synchronized void failed(HttpClient by, Throwable failure) {
        if (by != client || !losesTheSocket(failure) || ++lost < LOST) {
            return;
        }
        client = maker.get();
        lost = 0;
        // Takes no more requests, and ends with the last that it has.
        by.shutdown();
        replaced.removeIf(HttpClient::isTerminated);
        replaced.add(by);
    }

    private static boolean losesTheSocket(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProtocolException) {
                return true;
            }
        }
        return false;
    }

    /** Ends all that is still open. */
    @Override
    public synchronized void close() {
        client.shutdownNow();
        replaced.forEach(HttpClient::shutdownNow);
        replaced.clear();
    }
}

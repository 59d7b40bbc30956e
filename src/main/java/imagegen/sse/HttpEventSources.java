package imagegen.sse;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * What any number of event sources share: the HTTP client with its connections, threads to run consumers on, and one
 * watchdog over all of them. The executors belong to whoever made them, the clients are shut down by {@link #close()}.
 *
 * <p>Inside a container give the managed executor to the client as well ({@code
 * HttpClient.newBuilder().executor(...)}), and no thread is used that the container does not know.
 */
public final class HttpEventSources implements AutoCloseable {

    private final RenewableClient clients;
    private final Executor executor;
    private final Executor connector;
    private final Timer timer;
    private final Watchdog watchdog;

    /**
     * @param clients makes clients, which must not follow redirects: they would carry the token along; see {@link
     *     RenewableClient} for why more than one may be needed
     * @param executor runs the consumers; {@code Runnable::run} has them called on the client's own threads
     * @param scheduler for reconnect delays and the watchdog; one thread is plenty
     */
    public HttpEventSources(Supplier<HttpClient> clients, Executor executor, ScheduledExecutorService scheduler) {
        this(clients, executor, executor, Timer.on(scheduler));
    }

    /**
     * @param clients see above
     * @param executor see above
     * @param connector begins each connect, which may block it for as long as it takes to look up a host's name; to be
     *     told apart where {@code executor} runs what it is given on the calling thread
     */
    public HttpEventSources(Supplier<HttpClient> clients, Executor executor, Executor connector,
            ScheduledExecutorService scheduler) {
        this(clients, executor, connector, Timer.on(scheduler));
    }

    HttpEventSources(Supplier<HttpClient> clients, Executor executor, Timer timer) {
        this(clients, executor, executor, timer);
    }

    private HttpEventSources(Supplier<HttpClient> clients, Executor executor, Executor connector, Timer timer) {
        this.clients = new RenewableClient(clients);
        if (this.clients.get().followRedirects() != HttpClient.Redirect.NEVER) {
            this.clients.close();
            throw new IllegalArgumentException("the client must not follow redirects by itself");
        }
        this.executor = Objects.requireNonNull(executor);
        this.connector = Objects.requireNonNull(connector);
        this.timer = timer;
        this.watchdog = new Watchdog(timer, Duration.ofSeconds(1));
    }

    /** Begins a source that is not yet connected. */
    public HttpEventSource.Builder source(URI uri) {
        return new HttpEventSource.Builder(this).uri(uri);
    }

    /** Begins a source whose address comes later, from {@link HttpEventSource.Builder#target} or {@code uri}. */
    public HttpEventSource.Builder builder() {
        return new HttpEventSource.Builder(this);
    }

    /** Ends what is still open. Sources notice as if their connection had broken, and can connect no more. */
    @Override
    public void close() {
        clients.close();
    }

    RenewableClient clients() {
        return clients;
    }

    Executor executor() {
        return executor;
    }

    Executor connector() {
        return connector;
    }

    Timer timer() {
        return timer;
    }

    Watchdog watchdog() {
        return watchdog;
    }
}

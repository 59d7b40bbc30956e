package imagegen.sse;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What any number of event sources share: the HTTP client with its connections, threads to run consumers on, and one
 * watchdog over all of them. None of these is shut down here; they belong to whoever made them.
 *
 * <p>Inside a container give the managed executor to the client as well ({@code
 * HttpClient.newBuilder().executor(...)}), and no thread is used that the container does not know.
 */
public final class HttpEventSources {

    private final HttpClient client;
    private final Executor executor;
    private final Executor connector;
    private final Timer timer;
    private final Watchdog watchdog;

    /**
     * @param client which must not follow redirects: it would carry the token along
     * @param executor runs the consumers; {@code Runnable::run} has them called on the client's own threads
     * @param scheduler for reconnect delays and the watchdog; one thread is plenty
     */
    public HttpEventSources(HttpClient client, Executor executor, ScheduledExecutorService scheduler) {
        this(client, executor, executor, Timer.on(scheduler));
    }

    /**
     * @param connector begins each connect, which may block it for as long as it takes to look up a host's name; to be
     *     told apart where {@code executor} runs what it is given on the calling thread
     */
    public HttpEventSources(HttpClient client, Executor executor, Executor connector,
            ScheduledExecutorService scheduler) {
        this(client, executor, connector, Timer.on(scheduler));
    }

    HttpEventSources(HttpClient client, Executor executor, Timer timer) {
        this(client, executor, executor, timer);
    }

    private HttpEventSources(HttpClient client, Executor executor, Executor connector, Timer timer) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("the client must not follow redirects by itself");
        }
        this.client = client;
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

    HttpClient client() {
        return client;
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

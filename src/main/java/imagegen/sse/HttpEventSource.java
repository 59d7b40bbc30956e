package imagegen.sse;

import imagegen.sse.Lifecycle.Signal;
import jakarta.ws.rs.client.WebTarget;
import jakarta.ws.rs.sse.InboundSseEvent;
import jakarta.ws.rs.sse.SseEventSource;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A JAX-RS {@link SseEventSource} that stays connected: after an end of stream, a reset, a refused connection, an error
 * answer, silence or a time-out it connects again with {@code Last-Event-ID}, when its {@link ReconnectPolicy} says so.
 * Its states and the way between them are drawn in {@link Lifecycle}.
 *
 * <p><b>Threads.</b> None of its own. Consumers, error handlers and the observer of one source are called in order,
 * never at the same time, on the executor of its {@link HttpEventSources}. While a consumer works the socket is not
 * read: a slow consumer slows the server, nothing is queued. The methods here are for any thread.
 *
 * <p><b>Errors.</b> {@code onError} handlers get an {@link EventSourceException} for each disruption but an ordinary
 * end of stream or a 204, and for each event that was left out as too long. {@code onComplete} handlers run once, when
 * the source has ended for good. A consumer that throws harms neither the others nor the source.
 *
 * <p>What differs from the standard's {@code EventSource}: whether an answer is final is the policy's to say; a stream
 * that is taken up again goes on with the last event ID it had, as browsers do it; an id with other than printable
 * ASCII characters is not sent back, because {@code java.net.http} can't send it on HTTP/1.1.
 */
public final class HttpEventSource implements SseEventSource {

    private static final System.Logger LOG = System.getLogger(HttpEventSource.class.getName());

    private record Registration(Consumer<InboundSseEvent> onEvent, Consumer<Throwable> onError, Runnable onComplete) {
    }

    private record Header(String name, String value) {
    }

    private record Config(HttpEventSources shared, URI uri, List<Header> headers, Supplier<Optional<String>> token,
            String lastEventId, Optional<Duration> asked, ReconnectPolicy policy, Duration openTimeout,
            Duration silence, int redirects, EventStreamParser.Limits limits, EventSourceObserver observer) {
    }

    private final Config config;
    private final HttpEventSources shared;
    private final Mailbox mailbox;
    private final List<Registration> registrations = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final FromAttempt fromAttempt = new FromAttempt();

    // Any thread.
    private volatile ConnectionState state = new ConnectionState.Idle();
    private volatile boolean opened;
    private volatile boolean closed;
    private volatile Attempt attempt;
    private volatile String lastEventId;

    // The mailbox.
    private Lifecycle lifecycle;
    private EventStreamParser parser;
    private Optional<Duration> asked;
    private long events;
    private Runnable cancelDelay = () -> { };

    private HttpEventSource(Config config) {
        this.config = config;
        this.shared = config.shared;
        this.mailbox = new Mailbox(shared.executor(),
                surprise -> LOG.log(Level.ERROR, "an event source failed", surprise));
        this.lifecycle = Lifecycle.of(config.policy);
        this.lastEventId = config.lastEventId;
        this.asked = config.asked;
    }

    @Override
    public void register(Consumer<InboundSseEvent> onEvent) {
        register(onEvent, failure -> { }, () -> { });
    }

    @Override
    public void register(Consumer<InboundSseEvent> onEvent, Consumer<Throwable> onError) {
        register(onEvent, onError, () -> { });
    }

    @Override
    public void register(Consumer<InboundSseEvent> onEvent, Consumer<Throwable> onError, Runnable onComplete) {
        registrations.add(new Registration(Objects.requireNonNull(onEvent), Objects.requireNonNull(onError),
                Objects.requireNonNull(onComplete)));
    }

    /**
     * Begins to connect, and returns without waiting for it.
     *
     * @throws IllegalStateException when it has been opened or closed before
     */
    @Override
    public void open() {
        synchronized (ended) {
            if (opened || closed) {
                throw new IllegalStateException("already opened");
            }
            opened = true;
        }
        mailbox.post(() -> signal(new Signal.Start()));
    }

    /** From {@code open()} on until it has ended for good, whether or not it is connected at this moment. */
    @Override
    public boolean isOpen() {
        return opened && !closed && !(state instanceof ConnectionState.Ended);
    }

    public ConnectionState state() {
        return state;
    }

    /** The id with which a new source would go on where this one is. */
    public String lastEventId() {
        return lastEventId;
    }

    /**
     * Ends the source: its socket is closed before this returns, and no event is delivered that had not begun to be.
     * Then waits for a consumer that may be at work, unless it is called by that consumer.
     *
     * @return whether no consumer is at work any more
     */
    @Override
    public boolean close(long timeout, TimeUnit unit) {
        synchronized (ended) {
            closed = true;
        }
        var current = attempt;
        if (current != null) {
            current.cancel();
        }
        mailbox.post(() -> signal(new Signal.Close()));
        if (mailbox.isRunningHere()) {
            return true;
        }
        try {
            return ended.await(timeout, unit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void signal(Signal signal) {
        var next = lifecycle.on(signal);
        if (next == lifecycle) {
            return;
        }
        lifecycle = next;
        state = next.state();
        guarded(() -> config.observer.stateChanged(next.state()));
        switch (next.state()) {
            case ConnectionState.Idle idle -> throw new IllegalStateException("nothing leads back");
            case ConnectionState.Connecting connecting -> connect(config.uri, 0, shared.timer().nanos());
            case ConnectionState.Open open -> { }
            case ConnectionState.Waiting waiting -> waitFor(waiting.delay());
            case ConnectionState.Ended end -> end();
        }
    }

    private void connect(URI uri, int hop, long begunNanos) {
        var next = new Attempt(fromAttempt, shared, uri, hop, config.openTimeout, config.silence, begunNanos);
        attempt = next;
        if (closed) {
            // close() may have looked for an attempt just before there was this one.
            return;
        }
        try {
            shared.connector().execute(() -> send(next, uri));
        } catch (RejectedExecutionException | Error e) {
            // Too many connects at once, or no thread to be had.
            fromAttempt.disrupted(next, new Disruption.Unreachable(e));
        }
    }

    /** On a thread that may be kept waiting for the host's address. */
    private void send(Attempt next, URI uri) {
        if (next.cancelled()) {
            return;
        }
        try {
            next.send(request(uri));
        } catch (RuntimeException | Error e) {
            fromAttempt.disrupted(next, new Disruption.Unreachable(e));
        }
    }

    private HttpRequest request(URI uri) {
        var request = HttpRequest.newBuilder(uri).GET()
                .setHeader("Accept", "text/event-stream").setHeader("Cache-Control", "no-cache")
                // java.net.http decodes nothing, and a compressed stream comes in lumps at best.
                .setHeader("Accept-Encoding", "identity");
        if (Origin.of(uri).equals(Origin.of(config.uri))) {
            config.headers.forEach(header -> request.setHeader(header.name(), header.value()));
            config.token.get().ifPresent(token -> request.setHeader("Authorization", "Bearer " + token));
        }
        if (!lastEventId.isEmpty() && lastEventId.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            // [spec] 9.2.4: the value is UTF-8. java.net.http makes question marks of it on HTTP/1.1, and a wrong
            // cursor is worse than none.
            request.setHeader("Last-Event-ID", lastEventId);
        }
        return request.build();
    }

    private void waitFor(Duration delay) {
        try {
            cancelDelay = shared.timer().after(delay, () -> mailbox.post(() -> signal(new Signal.Due())));
        } catch (RejectedExecutionException e) {
            // Without a timer there is no coming back: the application is going down.
            closed = true;
            mailbox.post(() -> signal(new Signal.Close()));
        }
    }

    private void disrupted(Disruption disruption) {
        var life = new ReconnectPolicy.Life(attempt.openFor(shared.timer().nanos()), events, asked);
        forgetAttempt();
        if (!(disruption instanceof Disruption.EndOfStream || disruption instanceof Disruption.NoContent)) {
            report(new EventSourceException(disruption));
        }
        signal(new Signal.Disrupted(disruption, life));
    }

    private void end() {
        forgetAttempt();
        cancelDelay.run();
        cancelDelay = () -> { };
        registrations.forEach(registration -> guarded(registration.onComplete()));
        ended.countDown();
    }

    private void forgetAttempt() {
        var current = attempt;
        attempt = null;
        parser = null;
        events = 0;
        if (current != null) {
            current.cancel();
        }
    }

    private void report(EventSourceException problem) {
        registrations.forEach(registration -> guarded(() -> registration.onError().accept(problem)));
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            try {
                config.observer.consumerFailed(e);
            } catch (RuntimeException | Error fromObserver) {
                fromObserver.addSuppressed(e);
                LOG.log(Level.WARNING, "an observer failed", fromObserver);
            }
        }
    }

    private record Origin(String scheme, String host, int port) {

        static Origin of(URI uri) {
            var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
            return new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
        }
    }

    /** What attempts say, put in order; those that no longer count are not heard. */
    private final class FromAttempt implements Attempt.Owner, EventStreamParser.Listener {

        private OptionalLong retry = OptionalLong.empty();

        @Override
        public void accepted(Attempt from) {
            hear(from, () -> {
                from.opened(shared.timer().nanos());
                parser = new EventStreamParser(config.limits, lastEventId, this);
                signal(new Signal.Accepted());
            });
        }

        @Override
        public void redirected(Attempt from, URI to) {
            hear(from, () -> {
                if (from.hop() >= config.redirects) {
                    HttpEventSource.this.disrupted(new Disruption.BadRedirect("more than " + config.redirects));
                } else {
                    from.cancel();
                    connect(to, from.hop() + 1, from.begunNanos());
                }
            });
        }

        @Override
        public void chunk(Attempt from, List<ByteBuffer> buffers) {
            hear(from, () -> {
                buffers.forEach(parser::parse);
                if (!closed) {
                    // An event without data has an id as well.
                    lastEventId = parser.lastEventId();
                    from.consumed();
                }
            });
        }

        @Override
        public void ended(Attempt from) {
            hear(from, () -> HttpEventSource.this.disrupted(new Disruption.EndOfStream(parser.unfinished())));
        }

        @Override
        public void disrupted(Attempt from, Disruption disruption) {
            hear(from, () -> HttpEventSource.this.disrupted(disruption));
        }

        @Override
        public void onEvent(EventStreamParser.Event event) {
            if (closed) {
                return;
            }
            events++;
            lastEventId = event.lastEventId();
            var received = new ReceivedEvent(event.name(), event.id(), lastEventId, retry, event.copyOfData());
            retry = OptionalLong.empty();
            for (var registration : registrations) {
                guarded(() -> registration.onEvent().accept(received));
            }
        }

        @Override
        public void onRetry(long millis) {
            retry = OptionalLong.of(millis);
            asked = Optional.of(Duration.ofMillis(millis));
        }

        @Override
        public void onTooLong(EventStreamParser.TooLong what) {
            guarded(() -> config.observer.leftOut(what));
            report(new EventSourceException(what, config.limits));
        }

        private void hear(Attempt from, Runnable task) {
            mailbox.post(() -> {
                if (attempt == from && !closed) {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        // Left as it is, the stream would be read no further and nobody would notice.
                        if (attempt == from) {
                            HttpEventSource.this.disrupted(new Disruption.Broken(e));
                        }
                        throw e;
                    }
                }
            });
        }
    }

    /** Made by {@link HttpEventSources}. What is not set has the default that is said at its setter. */
    public static final class Builder extends SseEventSource.Builder {

        private final HttpEventSources shared;
        private final List<Header> headers = new ArrayList<>();
        private URI uri;
        private Supplier<Optional<String>> token = Optional::empty;
        private String lastEventId = "";
        private Optional<Duration> asked = Optional.empty();
        private ReconnectPolicy policy = Backoff.DEFAULT;
        private Duration openTimeout = Duration.ofSeconds(10);
        private Duration silence = Duration.ofSeconds(60);
        private int redirects = 5;
        private EventStreamParser.Limits limits = EventStreamParser.Limits.DEFAULT;
        private EventSourceObserver observer = new EventSourceObserver() { };

        Builder(HttpEventSources shared) {
            this.shared = shared;
        }

        /** The address of this target. Its filters, readers and properties have no part in the request. */
        @Override
        public Builder target(WebTarget endpoint) {
            return uri(endpoint.getUri());
        }

        /** @param address absolute, http or https */
        public Builder uri(URI address) {
            var scheme = address.getScheme();
            if (scheme == null || !scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")
                    || address.getHost() == null) {
                throw new IllegalArgumentException("not an absolute http address");
            }
            uri = address;
            return this;
        }

        /** A header of each request, except those that a redirect has led to another origin. */
        public Builder header(String name, String value) {
            headers.add(new Header(name, value));
            return this;
        }

        /**
         * Asked at each connect for the token to send as {@code Authorization: Bearer}; it never goes to another
         * origin. Called on the connector's thread, never twice at the same time.
         */
        public Builder bearerToken(Supplier<Optional<String>> supplier) {
            token = Objects.requireNonNull(supplier);
            return this;
        }

        /** Where to begin; empty by default. */
        public Builder lastEventId(String id) {
            lastEventId = Objects.requireNonNull(id);
            return this;
        }

        /** The reconnection time until the stream says otherwise with {@code retry}; none by default. */
        @Override
        public Builder reconnectingEvery(long delay, TimeUnit unit) {
            if (delay < 0) {
                throw new IllegalArgumentException("a negative delay");
            }
            asked = Optional.of(Duration.of(delay, unit.toChronoUnit()));
            return this;
        }

        /** {@link Backoff#DEFAULT} by default. */
        public Builder reconnect(ReconnectPolicy newPolicy) {
            policy = Objects.requireNonNull(newPolicy);
            return this;
        }

        /** How long an answer may take, redirects included; 10 s by default. Looked at once a second. */
        public Builder openTimeout(Duration timeout) {
            openTimeout = Objects.requireNonNull(timeout);
            return this;
        }

        /** How long nothing may come, not even a comment, until a stream counts as dead; 60 s by default. */
        public Builder silenceTimeout(Duration timeout) {
            silence = Objects.requireNonNull(timeout);
            return this;
        }

        /** How many redirects in a row are followed; 5 by default. */
        public Builder redirects(int most) {
            redirects = most;
            return this;
        }

        /** {@link EventStreamParser.Limits#DEFAULT} by default. */
        public Builder limits(EventStreamParser.Limits newLimits) {
            limits = Objects.requireNonNull(newLimits);
            return this;
        }

        public Builder observer(EventSourceObserver newObserver) {
            observer = Objects.requireNonNull(newObserver);
            return this;
        }

        @Override
        public HttpEventSource build() {
            if (uri == null) {
                throw new IllegalStateException("no address");
            }
            return new HttpEventSource(new Config(shared, uri, List.copyOf(headers), token, lastEventId, asked, policy,
                    openTimeout, silence, redirects, limits, observer));
        }
    }
}

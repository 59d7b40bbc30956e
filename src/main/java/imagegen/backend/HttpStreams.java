package imagegen.backend;

import imagegen.sse.ConnectionState;
import imagegen.sse.Disruption;
import imagegen.sse.EventSourceObserver;
import imagegen.sse.EventStreamParser;
import imagegen.sse.HttpEventSources;
import imagegen.sse.ReceivedEvent;
import jakarta.ws.rs.sse.InboundSseEvent;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Event streams of the backend, through JAX-RS event sources that share one HTTP client.
 *
 * <p>A stream holds a socket and no thread. Its events are handed on by the very thread of the client that has read
 * them, so whoever listens must be quick.
 */
final class HttpStreams implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpStreams.class.getName());
    private static final Set<String> HEARTBEATS = Set.of("heartbeat", "ping");

    private final BackendConfig config;
    private final HttpEventSources sources;
    private final Reach reach;

    /**
     * @param readers   runs what the client has to do, and the listeners
     * @param connector begins to connect, which may block: to look up the backend's name takes a thread
     * @param scheduler for the delay before a reconnect, and to notice silence
     */
    HttpStreams(BackendConfig config, Executor readers, Executor connector, ScheduledExecutorService scheduler,
            Reach reach) {
        this.config = config;
        this.sources = new HttpEventSources(() -> HttpBackend.client(config, readers), Runnable::run, connector,
                scheduler);
        this.reach = reach;
    }

    EventStream open(URI uri, Supplier<Optional<String>> token, String lastEventId, EventStream.Listener listener) {
        var teller = new Teller(token, listener);
        var source = sources.source(uri)
                .bearerToken(teller::token)
                .lastEventId(lastEventId)
                .openTimeout(config.connectTimeout().plus(config.readTimeout()))
                .silenceTimeout(config.silenceTimeout())
                .observer(teller)
                .build();
        source.register(teller::event);
        source.open();
        return new EventStream() {
            @Override
            public String lastEventId() {
                return source.lastEventId();
            }

            @Override
            public void close() {
                // No waiting: whoever closes a stream may hold what its listener needs.
                source.close(0, TimeUnit.MILLISECONDS);
            }
        };
    }

    /** Ends what is still open. */
    @Override
    public void close() {
        sources.close();
    }

    /** There was no token to connect with. Thrown to keep the source from asking without one. */
    private static final class NoToken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private NoToken() {
            super("no token", null, false, false);
        }
    }

    /** Tells a listener, in the gateway's words, what an event source meets. */
    private final class Teller implements EventSourceObserver {
        private final Supplier<Optional<String>> token;
        private final EventStream.Listener listener;
        private boolean failed;

        private Teller(Supplier<Optional<String>> token, EventStream.Listener listener) {
            this.token = token;
            this.listener = listener;
        }

        private Optional<String> token() {
            var present = token.get();
            if (present.isEmpty()) {
                throw new NoToken();
            }
            return present;
        }

        private void event(InboundSseEvent event) {
            if ("message".equals(event.getName())) {
                listener.message(event instanceof ReceivedEvent it ? it.bytes() : event.readData(byte[].class));
            } else if (!HEARTBEATS.contains(event.getName())) {
                listener.unreadable("unknown-event");
            }
        }

        /** The fault is ours: the first of each stream is told in full, all are counted. */
        @Override
        public void consumerFailed(Throwable failure) {
            if (!failed) {
                failed = true;
                LOG.log(Level.ERROR, "a message of the backend could not be handled; the stream goes on", failure);
            }
            listener.unreadable("not-handled");
        }

        @Override
        public void leftOut(EventStreamParser.TooLong what) {
            listener.unreadable("oversized");
        }

        @Override
        public void stateChanged(ConnectionState state) {
            switch (state) {
                case ConnectionState.Idle idle -> { }
                case ConnectionState.Connecting connecting -> { }
                case ConnectionState.Open open -> {
                    reach.answered();
                    listener.opened();
                }
                case ConnectionState.Waiting waiting -> lost(waiting.reason());
                case ConnectionState.Ended ended -> ended.reason().ifPresent(this::ended);
            }
        }

        private void lost(Disruption disruption) {
            if (disruption instanceof Disruption.Unreachable unreachable && unreachable.cause() instanceof NoToken) {
                listener.ended(EventStream.End.TOKEN_REFUSED);
                return;
            }
            var reason = switch (disruption) {
                case Disruption.EndOfStream end -> "the stream ended";
                case Disruption.Broken broken -> "the stream broke";
                case Disruption.Unreachable unreachable -> "it can't be reached";
                case Disruption.OpenTimeout timeout -> "it did not open a stream in time";
                case Disruption.Silence silence -> "its stream went silent";
                case Disruption.Status status -> "it answered " + status.status();
                case Disruption.NoContent none -> "it has no stream";
                case Disruption.WrongContentType wrong -> "it answered what is no event stream";
                case Disruption.Encoded encoded -> "its stream came compressed";
                case Disruption.BadRedirect bad -> "it redirects to nowhere";
            };
            switch (disruption) {
                case Disruption.Unreachable unreachable -> reach.failed(reason);
                case Disruption.OpenTimeout timeout -> reach.failed(reason);
                case Disruption.Status status when status.status() >= 500 -> reach.failed(reason);
                case Disruption.Status status -> reach.answered();
                // A stream that ends says little: it may be how this backend finishes a job.
                case Disruption.EndOfStream end -> { }
                case Disruption.Broken broken -> { }
                case Disruption.Silence silence -> { }
                case Disruption.NoContent none -> reach.answered();
                case Disruption.WrongContentType wrong -> reach.answered();
                case Disruption.Encoded encoded -> reach.answered();
                case Disruption.BadRedirect bad -> reach.answered();
            }
            listener.lost(reason);
        }

        private void ended(Disruption disruption) {
            reach.answered();
            var refused = disruption instanceof Disruption.Status answer
                    && (answer.status() == 401 || answer.status() == 403);
            listener.ended(refused ? EventStream.End.TOKEN_REFUSED : EventStream.End.NOT_SERVED);
        }
    }
}

package imagegen.delivery.sse;

import imagegen.access.Caller;
import imagegen.delivery.Asked;
import imagegen.delivery.Deliveries;
import imagegen.delivery.Notice;
import imagegen.problem.ProblemException;
import imagegen.rollout.Transport;
import imagegen.sse.AsyncEventBroadcaster;
import imagegen.sse.AsyncEventSink;
import imagegen.sse.AsyncSse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The event streams that are open on this node, by user. Any thread. */
@ApplicationScoped
public class UserStreams {

    private static final System.Logger LOG = System.getLogger(UserStreams.class.getName());

    private final Deliveries deliveries;
    private final AsyncSse sse = new AsyncSse();
    private final Events events = new Events(sse);
    private final OutboundSseEvent heartbeat = events.of(Notice.HEARTBEAT);
    private final ConcurrentMap<String, AsyncEventBroadcaster> users = new ConcurrentHashMap<>();

    /** For the container's proxy only. */
    protected UserStreams() {
        this(null);
    }

    @Inject
    public UserStreams(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    /** Makes a request's response a sink. */
    @FunctionalInterface
    interface Opening {

        AsyncEventSink sink(AsyncSse sse) throws IOException;
    }

    /**
     * Streams to a caller, unless the limits or the flag forbid it.
     *
     * @throws ProblemException as {@link Deliveries#admit}
     */
    void open(Caller caller, Asked asked, Opening opening) throws IOException {
        probe(caller.user());
        Deliveries.Admitted admitted = deliveries.admit(Transport.SSE, caller, asked);
        boolean begun = false;
        try {
            AsyncEventSink sink = opening.sink(sse);
            EventStreamOutlet outlet = new EventStreamOutlet(sink, events, admitted.subscription());
            sink.open(admitted.subscription()::signal);
            begun = true;
            admitted.begin(outlet);
            add(caller.user(), sink);
        } finally {
            if (!begun) {
                admitted.abandon();
            }
        }
    }

    /**
     * Writes to a user's open streams. A client that has gone in good order is not seen to have gone but by the second
     * write after that, and would count, up to two heartbeats long, against those that come now.
     */
    private void probe(String user) {
        AsyncEventBroadcaster streams = users.get(user);
        if (streams != null) {
            streams.broadcast(heartbeat);
        }
    }

    private void add(String user, AsyncEventSink sink) {
        AsyncEventBroadcaster streams;
        do {
            streams = users.computeIfAbsent(user, this::broadcaster);
            streams.register(sink);
            // The last of the others may have left in between, and their broadcaster with it
        } while (users.get(user) != streams && !sink.isClosed());
    }

    /** How many users have streams open. */
    int users() {
        return users.size();
    }

    private AsyncEventBroadcaster broadcaster(String user) {
        AsyncEventBroadcaster streams = sse.newBroadcaster();
        streams.onError((sink, failure) -> LOG.log(Level.DEBUG, "a stream broke off", failure));
        streams.onClose(sink -> users.computeIfPresent(user, (name, open) -> open.isEmpty() ? null : open));
        return streams;
    }
}

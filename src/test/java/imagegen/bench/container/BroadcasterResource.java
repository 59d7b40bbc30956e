package imagegen.bench.container;

import imagegen.log.Logs;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseBroadcaster;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** One broadcaster for each user. */
@Path("broadcaster")
@RequestScoped
public class BroadcasterResource {

    private static final ConcurrentMap<String, SseBroadcaster> BROADCASTERS = new ConcurrentHashMap<>();

    @Inject
    private Logs logs;

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void events(@QueryParam("user") String user, @Context SseEventSink sink, @Context Sse sse) {
        sink.send(sse.newEventBuilder().comment("open").build());
        BROADCASTERS.computeIfAbsent(user, name -> begin(name, sse)).register(sink);
    }

    private SseBroadcaster begin(String user, Sse sse) {
        SseBroadcaster broadcaster = sse.newBroadcaster();
        new Feed(sse, event -> {
            broadcaster.broadcast(event);
            return true;
        }).open(logs, user);
        return broadcaster;
    }
}

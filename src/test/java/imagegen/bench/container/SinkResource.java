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
import jakarta.ws.rs.sse.SseEventSink;

/** {@code send} in a loop. */
@Path("sink")
@RequestScoped
public class SinkResource {

    @Inject
    private Logs logs;

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void events(@QueryParam("user") String user, @Context SseEventSink sink, @Context Sse sse) {
        Feed feed = new Feed(sse, event -> {
            if (sink.isClosed()) {
                return false;
            }
            sink.send(event);
            return true;
        });
        sink.send(sse.newEventBuilder().comment("open").build());
        feed.open(logs, user);
    }
}

package imagegen.delivery.sse;

import imagegen.access.CurrentCaller;
import imagegen.delivery.Asked;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.sse.AsyncSse;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** The caller's updates as an event stream. */
@Path("image-gen/events")
@RequestScoped
@RolesAllowed("user")
public class EventsResource {

    private static final Pattern NOT_THIS =
            Pattern.compile("text/event-stream *;[^,]*\\bq *= *0(\\.0*)? *(;|,|$)", Pattern.CASE_INSENSITIVE);

    @Inject
    private CurrentCaller caller;
    @Inject
    private UserStreams streams;

    /**
     * Streams until the client leaves, its token ends, it is moved to another transport, or the server goes.
     *
     * @param suspended makes the container start the asynchronous context that the stream is written to; resumed at the
     *                  end
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void events(@QueryParam("request_id") List<String> requestIds, @QueryParam("after") String after,
                       @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId,
                       @Context HttpServletRequest request, @Suspended AsyncResponse suspended) throws IOException {
        checkAccepted(request);
        Asked asked = Asked.of(requestIds, lastEventId, after);
        streams.open(caller.caller(), asked, sse -> sse.sink(request.getAsyncContext(), suspended));
    }

    /** Without it, JAX-RS would answer a HEAD by opening a stream. */
    @HEAD
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Response head(@Context HttpServletRequest request) {
        checkAccepted(request);
        Response.ResponseBuilder head = Response.ok().type(MediaType.SERVER_SENT_EVENTS);
        AsyncSse.HEADERS.forEach(head::header);
        return head.build();
    }

    // [RFC 9110, 12.4.2] A weight of 0 means "not acceptable"; JAX-RS runtimes take it for the least of all.
    private static void checkAccepted(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept != null && NOT_THIS.matcher(accept).find()) {
            throw new ProblemException(ProblemType.NOT_ACCEPTABLE);
        }
    }
}

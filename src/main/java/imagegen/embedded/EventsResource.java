package imagegen.embedded;

import imagegen.update.RequestId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The backend's event stream. */
@ApplicationScoped
@Path("/image-gen/events")
@RolesAllowed({Visitor.USER, Visitor.SERVICE})
public class EventsResource {

    @Inject
    private EmbeddedBackend backend;

    /**
     * @param suspended is why there is an asynchronous context, which the stream is written to; resumed at the end
     */
    @GET
    @Produces({MediaType.SERVER_SENT_EVENTS, MediaType.APPLICATION_JSON})
    public void events(@QueryParam("request_id") List<String> ids, @HeaderParam("Last-Event-ID") String lastEventId,
            @Context SecurityContext security, @Context HttpServletRequest request,
            @Suspended AsyncResponse suspended) throws IOException {
        Visitor visitor = Visitor.of(security);
        Set<RequestId> requests = ids.stream()
            .map(id -> RequestId.parse(id).orElseThrow(() -> new BadRequestException("request_id is not valid")))
            .collect(Collectors.toSet());
        if (!backend.streams().roomFor(visitor.user())) {
            throw new ClientErrorException("too many open streams", 429);
        }
        backend.streams().open(visitor, requests, Optional.ofNullable(lastEventId).filter(id -> !id.isBlank()),
            backend.streams().sse().sink(request.getAsyncContext(), suspended));
    }

    /** Without it, JAX-RS would answer a HEAD by opening a stream. */
    @HEAD
    public Response head() {
        return Response.ok().type(MediaType.SERVER_SENT_EVENTS).build();
    }
}

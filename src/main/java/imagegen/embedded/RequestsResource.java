package imagegen.embedded;

import imagegen.update.RequestId;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;

/** Submit, status and cancel, as the backend's contract has them. */
@ApplicationScoped
@Path("/image-gen/requests")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Visitor.USER, Visitor.SERVICE})
public class RequestsResource {

    private static final int LARGEST_BODY = 32 * 1024;
    private static final int LONGEST_KEY = 255;

    @Inject
    private EmbeddedBackend backend;

    @POST
    @PermitAll
    @Consumes(MediaType.APPLICATION_JSON)
    public Response submit(InputStream body, @HeaderParam("Idempotency-Key") String key,
            @Context SecurityContext security, @Context UriInfo uri) throws IOException {
        // A dispatched request: the server's own check would look at the wrong thread
        if (!security.isUserInRole(Visitor.USER) && !security.isUserInRole(Visitor.SERVICE)) {
            throw new ForbiddenException();
        }
        Visitor visitor = Visitor.of(security);
        if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
            throw new BadRequestException("Idempotency-Key has 1 to " + LONGEST_KEY + " characters");
        }
        byte[] bytes = body.readNBytes(LARGEST_BODY + 1);
        if (bytes.length > LARGEST_BODY) {
            return ErrorMapper.error(413, "a request has at most " + LARGEST_BODY + " bytes");
        }
        Order order;
        try {
            order = Order.of(parse(bytes));
        } catch (IllegalArgumentException wrong) {
            return ErrorMapper.error(422, wrong.getMessage());
        }
        return switch (backend.jobs().submit(visitor.user(), order, Optional.ofNullable(key))) {
            case Jobs.Receipt.Accepted accepted -> Response.accepted(
                    Json.createObjectBuilder().add("request_id", accepted.request().value()).build().toString())
                .location(URI.create(uri.getAbsolutePath().getRawPath() + "/" + accepted.request().value())).build();
            case Jobs.Receipt.Conflict conflict ->
                ErrorMapper.error(409, "this Idempotency-Key was used for another request");
            case Jobs.Receipt.TooMany many -> later(429, "too many unfinished requests");
            case Jobs.Receipt.Busy busy -> later(503, "too busy");
        };
    }

    @GET
    @Path("{id}")
    public Response status(@PathParam("id") String id, @Context SecurityContext security) {
        Visitor visitor = Visitor.of(security);
        return Response.ok(EventStream.message(find(id, visitor), visitor.service()))
            .header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    @DELETE
    @Path("{id}")
    public void cancel(@PathParam("id") String id, @Context SecurityContext security) {
        backend.jobs().cancel(find(id, Visitor.of(security)).update().requestId());
    }

    /** A request that is somebody else's is as unknown as one that never was. */
    private Feed.Item find(String id, Visitor visitor) {
        return RequestId.parse(id).flatMap(request -> backend.jobs().latest(request)).filter(visitor::maySee)
            .orElseThrow(() -> new NotFoundException("no such request"));
    }

    private static JsonObject parse(byte[] body) {
        try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
            return reader.readObject();
        } catch (RuntimeException | StackOverflowError malformed) {
            // Whatever it says quotes what was read: not for a log.
            throw new BadRequestException("the body is one JSON object");
        }
    }

    private static Response later(int status, String words) {
        return Response.fromResponse(ErrorMapper.error(status, words)).header(HttpHeaders.RETRY_AFTER, 5).build();
    }
}

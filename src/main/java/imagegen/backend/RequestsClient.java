package imagegen.backend;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * The backend's requests, for a MicroProfile Rest Client whose base URI already ends in the configured requests path.
 *
 * <p>There is no {@code @Path} on the type: some servers would serve it as a resource of this application. Answers are
 * whole responses, since what a status means differs from call to call. Every call blocks until the answer is there.
 */
public interface RequestsClient {

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    Response submit(
            @HeaderParam("Authorization") String authorization,
            @HeaderParam("Idempotency-Key") String idempotencyKey,
            String body);

    @GET
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    Response status(@HeaderParam("Authorization") String authorization, @PathParam("id") String id);

    @DELETE
    @Path("{id}")
    Response cancel(@HeaderParam("Authorization") String authorization, @PathParam("id") String id);
}

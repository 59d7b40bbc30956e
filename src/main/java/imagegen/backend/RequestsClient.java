package imagegen.backend;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * The backend's requests, for a MicroProfile Rest Client whose base URI ends in the configured requests path.
 *
 * <p>Every call blocks its thread until the whole answer is there, which is meant to be a virtual one. An answer is a
 * whole response, since what a status means differs from call to call ({@link Answers}); it is closed by whoever asked.
 * There is no {@code @Path} on the type: some servers would serve it as a resource of this application.
 */
public interface RequestsClient extends AutoCloseable {

    /** @param submission as JSON */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    Response submit(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @HeaderParam("Idempotency-Key") String key, String submission);

    @GET
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    Response status(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, @PathParam("id") String id);

    @DELETE
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    Response cancel(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization, @PathParam("id") String id);

    /** Without a token: whether that pleases the backend does not matter, only that somebody is there. */
    @OPTIONS
    Response probe();

    @Override
    void close();
}

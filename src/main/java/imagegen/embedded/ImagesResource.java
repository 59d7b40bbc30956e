package imagegen.embedded;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

/** Pictures, for whoever knows their names. */
@ApplicationScoped
@Path("/image-gen/images")
@PermitAll
public class ImagesResource {

    @Inject
    private EmbeddedBackend backend;

    @GET
    @Path("{name:[A-Za-z0-9_-]{22}}.{type:png|jpg}")
    @Produces({"image/png", "image/jpeg", "application/json"})
    public Response image(@PathParam("name") String name, @QueryParam("size") String size, @Context Request request) {
        Picture found = backend.gallery().find(name).orElseThrow(() -> new NotFoundException("no such image"));
        boolean small = "small".equals(size);
        Picture picture = small ? found.small() : found;
        // A name is given once, so it tells one content from all others.
        var tag = new EntityTag(small ? name + "-small" : name);
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        Response.ResponseBuilder answer = unchanged != null ? unchanged
            : Response.ok(picture.bytes(), picture.type()).header(HttpHeaders.CONTENT_LENGTH, picture.bytes().length);
        return answer.tag(tag)
            .header(HttpHeaders.CACHE_CONTROL, "private, max-age=31536000, immutable")
            .header("X-Content-Type-Options", "nosniff")
            .header("Cross-Origin-Resource-Policy", "same-origin")
            .build();
    }
}

package imagegen.rollout;

import imagegen.access.CurrentCaller;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Tells a page which transport to use, where it is, and why. */
@Path("image-gen/transport")
@RequestScoped
@RolesAllowed("user")
public class TransportResource {

    @Inject
    private TransportPolicy policy;

    @Inject
    private CurrentCaller caller;

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response transport(@Context HttpServletRequest request) {
        JsonObject choice = policy.choice(caller.caller()).json(request.getContextPath());
        return Response.ok(choice).header("Cache-Control", "no-store").build();
    }
}

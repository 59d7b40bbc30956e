package imagegen.rollout;

import static imagegen.problem.JsonP.JSON;

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
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Tells a page which transport to use, where it is, why, and how often at least it will hear something. */
@Path("image-gen/transport")
@RequestScoped
@RolesAllowed("user")
public class TransportResource {

    @Inject
    private TransportPolicy policy;

    @Inject
    private CurrentCaller caller;

    @Inject
    @ConfigProperty(name = "image-gen.heartbeat", defaultValue = "PT15S")
    private Duration heartbeat;

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response transport(@Context HttpServletRequest request) {
        JsonObject choice = JSON.createObjectBuilder(
                policy.choice(caller.caller()).json(request.getContextPath()))
                .add("heartbeat", heartbeat.toMillis()).build();
        return Response.ok(choice).header("Cache-Control", "no-store").build();
    }
}

package imagegen.embedded;

import jakarta.json.Json;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;

/** Errors as this backend tells them: {@code {"error": "..."}}. */
@Provider
public class ErrorMapper implements ExceptionMapper<Throwable> {

    private static final System.Logger LOG = System.getLogger(ErrorMapper.class.getName());

    @Override
    public Response toResponse(Throwable error) {
        if (error instanceof WebApplicationException known) {
            return Response.fromResponse(known.getResponse())
                .type(MediaType.APPLICATION_JSON_TYPE).entity(json(known.getMessage())).build();
        }
        LOG.log(Level.ERROR, "The embedded backend failed", error);
        return error(500, "internal error");
    }

    static Response error(int status, String words) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(json(words)).build();
    }

    private static String json(String words) {
        return Json.createObjectBuilder().add("error", words).build().toString();
    }
}

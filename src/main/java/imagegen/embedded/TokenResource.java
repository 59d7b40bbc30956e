package imagegen.embedded;

import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Signs in anyone under any name, where {@link Exposure} lets it: the dev identity's token endpoint, listed by the gateway's application. */
@ApplicationScoped
@Path("/embedded/token")
@PermitAll
public class TokenResource {

    private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,5}");
    private static final int SHORTEST = 5;
    private static final int LONGEST = 86_400;

    /**
     * @param form {@code username}, and {@code lifetime} in seconds, 5..86400; none: {@code
     *             image-gen.embedded.token-lifetime}. Not by {@code @FormParam}: on Open Liberty that asks the servlet
     *             request, which knows nothing of a body that was read before
     */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.APPLICATION_JSON)
    public Response token(MultivaluedMap<String, String> form, @Context HttpServletRequest request) {
        Config config = ConfigProvider.getConfig();
        if (!Settings.embedded(config)) {
            throw new ProblemException(ProblemType.NOT_FOUND);
        }
        var settings = Settings.of(config);
        DevIdentity identity = DevIdentity.of(settings.keyFile());
        if (!trusted(identity, config)) {
            throw new ProblemException(ProblemType.NOT_FOUND, "Tokens come from the issuer that is configured.");
        }
        Exposure.of(config).check(request);
        String username = form.getFirst("username");
        String lifetime = form.getFirst("lifetime");
        if (username == null || !USERNAME.matcher(username).matches()) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER,
                "username must be 1 to 64 characters of A-Z a-z 0-9 . _ @ -");
        }
        Duration granted = lifetime == null ? settings.tokenLifetime() : lifetime(lifetime);
        String body = Json.createObjectBuilder()
            .add("access_token", identity.token(username, Set.of(Visitor.USER), Instant.now(), granted))
            .add("token_type", "Bearer")
            .add("expires_in", granted.toSeconds())
            .build().toString();
        // [spec] RFC 6749, 5.1: the response must not be stored.
        return Response.ok(body).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    /** A token that the container would refuse is worse than none. */
    private static boolean trusted(DevIdentity identity, Config config) {
        return config.getOptionalValue(DevIdentityConfigSource.PUBLIC_KEY, String.class)
            .filter(key -> key.strip().equals(identity.publicKeyPem().strip())).isPresent();
    }

    private static Duration lifetime(String text) {
        int seconds = SECONDS.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (seconds < SHORTEST || seconds > LONGEST) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER,
                "lifetime must be " + SHORTEST + " to " + LONGEST + " seconds");
        }
        return Duration.ofSeconds(seconds);
    }
}

package imagegen.embedded;

import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Who calls the backend.
 *
 * @param user the token's {@code sub}
 * @param service whether it is a gateway that acts for all users
 * @param until the token's end
 */
record Visitor(String user, boolean service, Instant until) {

    static final String USER = "user";
    static final String SERVICE = "service";

    /** @throws NotAuthorizedException where there is no token, or it names nobody */
    static Visitor of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof JsonWebToken token && token.getSubject() != null) {
            return new Visitor(token.getSubject(), token.getGroups().contains(SERVICE),
                Instant.ofEpochSecond(token.getExpirationTime()));
        }
        throw new NotAuthorizedException("a token with a subject is required", "Bearer");
    }

    boolean maySee(Feed.Item item) {
        return service || item.user().equals(user);
    }
}

package imagegen.access;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Gives {@code @Inject JsonWebToken} the token that {@link TokenMechanism} has verified, on servers whose own MP-JWT
 * does not know it as well.
 */
@Alternative
@Priority(1000)
@ApplicationScoped
public class InjectedToken {

    /** Whose members are all {@code null} for a request without a caller. */
    @Produces
    @RequestScoped
    public JsonWebToken token(HttpServletRequest request) {
        return request.getUserPrincipal() instanceof VerifiedToken token ? token : new Nobody();
    }

    private record Nobody() implements JsonWebToken {

        @Override
        public String getName() {
            return null;
        }

        @Override
        public Set<String> getClaimNames() {
            return null;
        }

        @Override
        public <T> T getClaim(String name) {
            return null;
        }
    }
}

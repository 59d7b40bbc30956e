package imagegen.access;

import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import imagegen.problem.Refusal;
import imagegen.telemetry.Telemetry;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Refuses WebSocket handshakes without a caller, or with one who is none of ours, while the answer can still be a
 * problem document: an endpoint can only close what is open already.
 */
@WebFilter(urlPatterns = "/ws/*", asyncSupported = true)
public class HandshakeGuard extends HttpFilter {

    private static final long serialVersionUID = 1;

    @Inject
    private transient Telemetry telemetry;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var refusal = refusal(request);
        if (refusal.isPresent()) {
            telemetry.refused(refusal.get().name());
            refusal.get().write(response);
        } else {
            chain.doFilter(request, response);
        }
    }

    static Optional<Problem> refusal(HttpServletRequest request) {
        if (request.getUserPrincipal() instanceof VerifiedToken token) {
            return token.getGroups().contains(TokenMechanism.GROUP) ? Optional.empty()
                    : Optional.of(Problem.of(ProblemType.FORBIDDEN));
        }
        return Refusal.noted(request).or(() -> Optional.of(Problem.of(ProblemType.TOKEN_MISSING)));
    }
}

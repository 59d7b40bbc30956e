package imagegen.access;

import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import imagegen.problem.Refusal;
import imagegen.telemetry.Telemetry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Logs callers in by the token of their {@code Authorization} header or, because native EventSource and WebSocket can
 * set no header, of the session cookie. Its own rather than the server's MP-JWT, which on each server is another:
 * takes no cookie that a browser sends, can't be wrapped, or answers in words of its own.
 *
 * <p>Refuses nobody by itself. A token that is no good leaves the request anonymous, with a note of what was wrong with
 * it: where a group is required the caller is told, and a stale cookie neither breaks the page nor keeps anybody from
 * signing in. Handshakes, whose endpoint could no longer answer with a status, are refused by a {@link HandshakeGuard}.
 */
@ApplicationScoped
public class TokenMechanism implements HttpAuthenticationMechanism {

    /** The group that every caller of the gateway needs. */
    static final String GROUP = "user";

    private final TokenVerifier verifier;
    private final Origins origins;
    private final Telemetry telemetry;

    /** For the container's proxy only. */
    protected TokenMechanism() {
        this(null, null, null);
    }

    @Inject
    public TokenMechanism(TokenVerifier verifier, Origins origins, Telemetry telemetry) {
        this.verifier = verifier;
        this.origins = origins;
        this.telemetry = telemetry;
    }

    @Override
    public AuthenticationStatus validateRequest(HttpServletRequest request, HttpServletResponse response,
                                                HttpMessageContext context) throws AuthenticationException {
        // Where a group is required some servers ask a second time; the answer is the same.
        var problem = Refusal.noted(request);
        if (problem.isEmpty()) {
            switch (verdict(request)) {
                case TokenVerifier.Verdict.Good good -> {
                    return context.notifyContainerAboutLogin(good.token(), good.token().getGroups());
                }
                case TokenVerifier.Verdict.Bad bad -> {
                    Refusal.note(request, bad.problem());
                    problem = Optional.of(bad.problem());
                }
            }
        }
        // A constraint of the deployment; a resource that asks (isAuthenticationRequest) answers for itself.
        return context.isProtected() && !context.isAuthenticationRequest()
                ? refuse(response, problem.get()) : context.doNothing();
    }

    private TokenVerifier.Verdict verdict(HttpServletRequest request) {
        var credentials = Credentials.of(request);
        if (Credentials.handshake(request) && !origins.allowsHandshake(request)
                || credentials.filter(Credentials::byCookie).isPresent() && !origins.allowsChange(request)) {
            return new TokenVerifier.Verdict.Bad(Problem.of(ProblemType.ORIGIN_REFUSED));
        }
        if (Credentials.ambiguous(request)) {
            return new TokenVerifier.Verdict.Bad(Problem.of(ProblemType.TOKEN_INVALID,
                    "Several session cookies came: sign in again, or clear them."));
        }
        return credentials.map(it -> verifier.verify(it.token()))
                .orElseGet(() -> new TokenVerifier.Verdict.Bad(Problem.of(ProblemType.TOKEN_MISSING)));
    }

    private AuthenticationStatus refuse(HttpServletResponse response, Problem problem)
            throws AuthenticationException {
        try {
            telemetry.refused(problem.name());
            problem.write(response);
            return AuthenticationStatus.SEND_FAILURE;
        } catch (IOException e) {
            throw new AuthenticationException("the refusal could not be written", e);
        }
    }
}

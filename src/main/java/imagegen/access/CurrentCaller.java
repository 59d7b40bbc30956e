package imagegen.access;

import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Who makes the request that is being served. */
@RequestScoped
public class CurrentCaller {

    private HttpServletRequest request;

    /** For the container's proxy only. */
    protected CurrentCaller() {
    }

    @Inject
    public CurrentCaller(HttpServletRequest request) {
        this.request = request;
    }

    /** @throws ProblemException {@code token-missing}; under {@code @RolesAllowed} the container has asked before */
    public Caller caller() {
        return maybe().orElseThrow(() -> new ProblemException(ProblemType.TOKEN_MISSING));
    }

    public Optional<Caller> maybe() {
        return of(request);
    }

    /**
     * What {@code @RolesAllowed("user")} and {@link #caller()} are to other requests, for one that was dispatched once its
     * body was there: Payara leaves its security context and the request scope behind on the first thread.
     *
     * @throws ProblemException as they would
     */
    public static Caller admitted(HttpServletRequest request) {
        HandshakeGuard.refusal(request).ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        return of(request).orElseThrow(() -> new ProblemException(ProblemType.TOKEN_MISSING));
    }

    private static Optional<Caller> of(HttpServletRequest request) {
        return Caller.of(request.getUserPrincipal(), SessionCookie.of(request));
    }
}

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

    /** For requests that were dispatched once their body was there: not every server has a request scope for those. */
    public static Optional<Caller> of(HttpServletRequest request) {
        return Caller.of(request.getUserPrincipal(), SessionCookie.of(request));
    }
}

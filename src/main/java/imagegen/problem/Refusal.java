package imagegen.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * Why a request is nobody's: noted by whoever looked at its credentials, told only if the request turns out to need
 * some. So a stale cookie does no harm where none is asked for, and where one is, the caller learns what was wrong.
 */
public final class Refusal {

    private static final String ATTRIBUTE = Refusal.class.getName();

    private Refusal() {
    }

    /** Remembers {@code why} for the rest of this request. */
    public static void note(HttpServletRequest request, Problem why) {
        request.setAttribute(ATTRIBUTE, why);
    }

    /** What was noted for this request. */
    public static Optional<Problem> noted(HttpServletRequest request) {
        return Optional.ofNullable((Problem) request.getAttribute(ATTRIBUTE));
    }

    /**
     * The better of two explanations. Containers say 401 or, for a missing caller, 403, each in its own way; if the
     * request has no caller, what was noted wins.
     */
    static Problem of(HttpServletRequest request, Problem container) {
        var denied = container.is(ProblemType.TOKEN_MISSING) || container.is(ProblemType.FORBIDDEN);
        if (!denied || request == null || request.getUserPrincipal() != null) {
            return container;
        }
        return noted(request).orElseGet(() -> Problem.of(ProblemType.TOKEN_MISSING));
    }
}

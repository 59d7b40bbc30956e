package imagegen.guard;

import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import imagegen.sse.Connection;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Lets no request through whose body is still to come. REST runtimes read bodies by waiting for them, on one of a
 * handful of threads that serve everybody, and forms even before they look whether anybody wants one: whoever announces
 * a body and sends none would have such a thread to himself.
 *
 * <p>A body that nobody expects is refused unread and the connection closed, for what follows on it is not a request. One
 * that is expected is read as it comes, by no thread in particular, and the request goes on once it is whole.
 *
 * <p>Named in web.xml, because it must be the first to look at a body and annotations have no order.
 */
public class BodyGuard extends HttpFilter {

    private static final long serialVersionUID = 1;

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!METHODS.contains(request.getMethod())) {
            refuse(Problem.of(ProblemType.METHOD_NOT_ALLOWED).withHeader("Allow", "GET, HEAD, POST, DELETE, OPTIONS"),
                    request, response);
            return;
        }
        String path = request.getRequestURI().substring(request.getContextPath().length());
        Optional<ExpectedBody> expected = ExpectedBody.of(request.getMethod(), path);
        Optional<Problem> problem = expected.isPresent()
                ? objection(request, expected.get()) : objection(request);
        if (problem.isPresent()) {
            refuse(problem.get(), request, response);
        } else if (expected.isPresent()) {
            BodyReader.read(request, response, expected.get().maxBytes());
        } else {
            chain.doFilter(hasFields(request) ? new BufferedRequest(request) : request, response);
        }
    }

    private static Optional<Problem> objection(HttpServletRequest request, ExpectedBody expected) {
        if (!expected.is(request.getContentType())) {
            return Optional.of(Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, expected.mediaType() + " is taken."));
        }
        if (request.getContentLengthLong() > expected.maxBytes()) {
            return Optional.of(tooLarge(expected.maxBytes()));
        }
        return Optional.empty();
    }

    private static Optional<Problem> objection(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null
                ? Optional.of(Problem.of(ProblemType.BODY_TOO_LARGE, "No body is taken here.")) : Optional.empty();
    }

    /** Over HTTP/2 a body need not be announced: whoever might look for one meets an empty one. */
    private static boolean hasFields(HttpServletRequest request) {
        return request.getContentType() != null;
    }

    static Problem tooLarge(int maxBytes) {
        return Problem.of(ProblemType.BODY_TOO_LARGE, "At most " + maxBytes + " bytes are taken.");
    }

    /** Whoever calls this ends the connection: what comes next on it may be the body that nobody wants. */
    static void tell(Problem problem, HttpServletResponse response) throws IOException {
        problem.withHeader("Connection", "close").write(response);
    }

    private static void refuse(Problem problem, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        tell(problem, response);
        // Grizzly would wait for the body, for as long as the client likes
        Connection.of(request).drop(() -> { });
    }
}

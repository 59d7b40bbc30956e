package imagegen.access;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Lets scripts of the configured origins read what is answered to them, refusals included, with cookies and headers of
 * their own (the Fetch standard's CORS protocol). Every other page's browser keeps the answers from it as ever.
 */
public class CrossOrigin extends HttpFilter {

    private static final long serialVersionUID = 1;

    /** Seconds that a browser may go without asking again whether it may ask. */
    private static final String PREFLIGHT_AGE = "600";

    @Inject
    private transient Origins origins;

    /** For the container. */
    public CrossOrigin() {
    }

    CrossOrigin(Origins origins) {
        this.origins = origins;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var origin = request.getHeader("Origin");
        if (origin == null || !origins.names(origin)) {
            chain.doFilter(request, response);
            return;
        }
        response.setHeader("Access-Control-Allow-Origin", origin);
        response.setHeader("Access-Control-Allow-Credentials", "true");
        response.addHeader("Vary", "Origin");
        if (request.getMethod().equals("OPTIONS") && request.getHeader("Access-Control-Request-Method") != null) {
            preflight(request, response);
            return;
        }
        response.setHeader("Access-Control-Expose-Headers", "ETag, Location, Retry-After");
        chain.doFilter(request, response);
    }

    private static void preflight(HttpServletRequest request, HttpServletResponse response) {
        var headers = request.getHeader("Access-Control-Request-Headers");
        response.setHeader("Access-Control-Allow-Methods", "GET, POST, DELETE");
        // With credentials * means nothing; which headers the page's own proxy wants is not known here.
        if (headers != null && headers.matches("[A-Za-z0-9-]+(, ?[A-Za-z0-9-]+)*")) {
            response.setHeader("Access-Control-Allow-Headers", headers);
        }
        response.setHeader("Access-Control-Max-Age", PREFLIGHT_AGE);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }
}

package imagegen.page;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Keeps every response from being sniffed, framed or led astray, and the page's files in caches for as long as they are
 * good: what Vite names by its content never changes, everything else is asked for again.
 */
public class PageHeaders extends HttpFilter {

    private static final long serialVersionUID = 1;

    /** Images may come from wherever the backend keeps them; everything else only from here. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; img-src 'self' https: http: data: blob:; "
            + "style-src 'self'; script-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        String path = request.getRequestURI().substring(request.getContextPath().length());
        if (path.startsWith("/assets/")) {
            response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
        } else if (path.equals("/") || path.endsWith(".html")) {
            response.setHeader("Cache-Control", "no-cache");
        }
        chain.doFilter(request, response);
    }
}

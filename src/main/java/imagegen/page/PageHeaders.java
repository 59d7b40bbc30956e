package imagegen.page;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Keeps every response from being sniffed, framed or led astray. Named in web.xml, for it comes before all others. */
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
        chain.doFilter(request, response);
    }
}

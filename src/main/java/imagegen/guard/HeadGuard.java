package imagegen.guard;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sees to it that requests whose heads are still to come have a {@link HeadDeadline}: this one has come, others follow. */
public class HeadGuard extends HttpFilter {

    private static final long serialVersionUID = 1;

    @Inject
    private transient HeadDeadline deadline;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        deadline.watch(request);
        chain.doFilter(request, response);
    }
}

package imagegen.rollout;

import imagegen.access.Caller;
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

/** Refuses handshakes of those who get another transport, while the answer can still be a problem document. */
@WebFilter(urlPatterns = "/ws/image-gen", asyncSupported = true)
public class WebSocketSwitch extends HttpFilter {

    private static final long serialVersionUID = 1;

    @Inject
    private transient TransportPolicy policy;

    @Inject
    private transient Telemetry telemetry;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var refusal = Caller.of(request.getUserPrincipal(), Optional.empty())
                .flatMap(caller -> policy.refusal(Transport.WEBSOCKET, caller, request.getContextPath()));
        if (refusal.isPresent()) {
            telemetry.refused(refusal.get().name());
            refusal.get().write(response);
        } else {
            chain.doFilter(request, response);
        }
    }
}

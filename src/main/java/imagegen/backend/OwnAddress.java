package imagegen.backend;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.annotation.WebListener;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where this application itself is served, as its first caller reached it. An application has no portable way to ask
 * its server for that, and nobody needs the embedded backend before somebody has called.
 */
@WebListener
public class OwnAddress implements ServletRequestListener {
    // Static, because the container makes the listener and CDI could not hand it to the beans that ask.
    private static final AtomicReference<URI> FIRST = new AtomicReference<>();

    @Override
    public void requestInitialized(ServletRequestEvent event) {
        if (FIRST.get() == null) {
            FIRST.compareAndSet(null, of(event.getServletRequest(), event.getServletContext().getContextPath()));
        }
    }

    /** Empty until the first request has been served. */
    public static Optional<URI> known() {
        return Optional.ofNullable(FIRST.get());
    }

    // The socket's own address and port, never the Host header: that one belongs to the caller.
    private static URI of(ServletRequest request, String contextPath) {
        var address = request.getLocalAddr();
        var host = address.indexOf(':') >= 0 ? '[' + address.replaceFirst("%.*", "") + ']' : address;
        return URI.create(request.getScheme() + "://" + host + ':' + request.getLocalPort() + contextPath);
    }
}

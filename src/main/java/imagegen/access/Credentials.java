package imagegen.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * The token that a request brought, and how.
 *
 * @param byCookie sent by the browser of its own accord, perhaps on behalf of a foreign page
 */
record Credentials(String token, boolean byCookie) {

    private static final String SCHEME = "Bearer ";

    /** The header wins. The cookie counts for the gateway's own paths only, not for the backend's contract. */
    static Optional<Credentials> of(HttpServletRequest request) {
        return bearer(request).map(token -> new Credentials(token, false)).or(() ->
                takesCookies(path(request))
                        ? SessionCookie.of(request).map(token -> new Credentials(token, true)) : Optional.empty());
    }

    /** Whether there are several cookies and only the browser knows why: no telling which one is its user's. */
    static boolean ambiguous(HttpServletRequest request) {
        return bearer(request).isEmpty() && takesCookies(path(request)) && SessionCookie.tokens(request).size() > 1;
    }

    /** From the {@code Authorization} header. [RFC 9110, 11.1] The scheme's case does not matter. */
    static Optional<String> bearer(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Authorization"))
                .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(header -> header.substring(SCHEME.length()).strip())
                .filter(token -> !token.isEmpty());
    }

    /** Whether a WebSocket is to be opened. */
    static boolean handshake(HttpServletRequest request) {
        return path(request).startsWith("/ws/") || "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    private static boolean takesCookies(String path) {
        return path.startsWith("/api/") || path.startsWith("/ws/");
    }

    /** Decoded and without the context path. */
    static String path(HttpServletRequest request) {
        var info = request.getPathInfo();
        return info == null ? request.getServletPath() : request.getServletPath() + info;
    }

    /** Without the token: what is printed ends up in a log. */
    @Override
    public String toString() {
        return byCookie ? "Credentials[cookie]" : "Credentials[header]";
    }
}

package imagegen.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.NewCookie;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cookie that carries a browser's token where scripts can set no header: native EventSource and WebSocket.
 *
 * <p>Over TLS its name has a prefix, with which browsers take it from this very host only, not from a neighbour under
 * the same domain and not over plain HTTP. [RFC 6265bis, 4.1.3] {@code __Host-} needs the path {@code /}; elsewhere
 * {@code __Secure-} has to do.
 */
final class SessionCookie {

    static final String NAME = "image-gen-session";

    private static final String HOST = "__Host-" + NAME;
    private static final String SECURE = "__Secure-" + NAME;

    /** What browsers keep: [RFC 6265bis] at most 4096 bytes for name and value together. */
    static final int MAX_TOKEN = 4096 - SECURE.length();

    private SessionCookie() {
    }

    /** The token, if there is exactly one. */
    static Optional<String> of(HttpServletRequest request) {
        var tokens = tokens(request);
        return tokens.size() == 1 ? Optional.of(tokens.getFirst()) : Optional.empty();
    }

    /**
     * The different tokens that came by the best of the names; more than one if somebody has planted another beside the
     * user's own. Over TLS the bare name counts for nothing: anybody on the way could have set it.
     */
    static List<String> tokens(HttpServletRequest request) {
        var names = request.isSecure() ? Stream.of(HOST, SECURE) : Stream.of(HOST, SECURE, NAME);
        return names.map(name -> named(name, request)).filter(tokens -> !tokens.isEmpty()).findFirst()
                .orElse(List.of());
    }

    /** Every token that came by any of the names. */
    static List<String> all(HttpServletRequest request) {
        return Stream.of(HOST, SECURE, NAME).flatMap(name -> named(name, request).stream()).distinct().toList();
    }

    private static List<String> named(String name, HttpServletRequest request) {
        return pairs(request).filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1).strip())
                .filter(value -> !value.isEmpty()).distinct().toList();
    }

    /** As they came: of several cookies with one name WildFly shows an application the last only. */
    private static Stream<String> pairs(HttpServletRequest request) {
        var headers = request.getHeaders("Cookie");
        return headers == null ? Stream.empty() : Collections.list(headers).stream()
                .flatMap(header -> Arrays.stream(header.split(";"))).map(String::strip);
    }

    /** @param path where it counts: {@code /} or the context path */
    static NewCookie holding(String token, String path, boolean secure, long seconds) {
        return cookie(name(path, secure), token, path, secure, seconds);
    }

    static String name(String path, boolean secure) {
        return !secure ? NAME : path.equals("/") ? HOST : SECURE;
    }

    /** Takes away what the request has, and what it would have if its browser had said so. */
    static NewCookie[] cleared(HttpServletRequest request, String path, boolean secure) {
        return Stream.concat(Stream.of(name(path, secure)),
                        pairs(request).map(pair -> pair.split("=", 2)[0]).filter(List.of(HOST, SECURE, NAME)::contains))
                .distinct().map(name -> cookie(name, "", name.equals(HOST) ? "/" : path,
                        secure || !name.equals(NAME), 0)).toArray(NewCookie[]::new);
    }

    private static NewCookie cookie(String name, String token, String path, boolean secure, long seconds) {
        return new NewCookie.Builder(name).value(token).path(path).httpOnly(true).secure(secure)
                .sameSite(NewCookie.SameSite.STRICT).maxAge(Math.clamp(seconds, 0, Integer.MAX_VALUE)).build();
    }
}

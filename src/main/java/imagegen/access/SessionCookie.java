package imagegen.access;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.NewCookie;
import java.util.Arrays;
import java.util.Optional;

/** The cookie that carries a browser's token where scripts can set no header: native EventSource and WebSocket. */
final class SessionCookie {

    static final String NAME = "image-gen-session";

    /** What browsers keep: [RFC 6265bis] at most 4096 bytes for name and value together. */
    static final int MAX_TOKEN = 4096 - NAME.length();

    private SessionCookie() {
    }

    static Optional<String> of(HttpServletRequest request) {
        var cookies = request.getCookies();
        return cookies == null ? Optional.empty() : Arrays.stream(cookies)
                .filter(cookie -> cookie.getName().equals(NAME))
                .map(Cookie::getValue)
                .filter(value -> !value.isBlank())
                .findFirst();
    }

    static NewCookie holding(String token, String path, boolean secure, long seconds) {
        return new NewCookie.Builder(NAME).value(token).path(path).httpOnly(true).secure(secure)
                .sameSite(NewCookie.SameSite.STRICT).maxAge(Math.clamp(seconds, 0, Integer.MAX_VALUE)).build();
    }

    static NewCookie cleared(String path, boolean secure) {
        return holding("", path, secure, 0);
    }
}

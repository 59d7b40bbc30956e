package imagegen.access;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request as a browser or a tool would send it, put together in words. */
final class FakeRequest {

    private final String method;
    private final String path;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> cookies = new ArrayList<>();
    private final Map<String, Object> attributes = new HashMap<>();
    private boolean secure;
    private Principal principal;

    private FakeRequest(String method, String path) {
        this.method = method;
        this.path = path;
        with("Host", "app.example");
    }

    static FakeRequest get(String path) {
        return new FakeRequest("GET", path);
    }

    static FakeRequest post(String path) {
        return new FakeRequest("POST", path);
    }

    static FakeRequest options(String path) {
        return new FakeRequest("OPTIONS", path);
    }

    static FakeRequest handshake() {
        return get("/ws/image-gen").with("Upgrade", "websocket").with("Connection", "Upgrade");
    }

    FakeRequest with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    FakeRequest bearer(String token) {
        return with("Authorization", "Bearer " + token);
    }

    FakeRequest cookie(String token) {
        cookies.add("theme=dark");
        return cookie(SessionCookie.NAME, token);
    }

    FakeRequest cookie(String name, String value) {
        cookies.add(name + "=" + value);
        return this;
    }

    FakeRequest overTls() {
        secure = true;
        return this;
    }

    FakeRequest of(Principal caller) {
        principal = caller;
        return this;
    }

    HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class}, (proxy, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getServletPath" -> path;
                    case "getPathInfo" -> null;
                    case "getContextPath" -> "";
                    case "isSecure" -> secure;
                    case "getHeader" -> headers.get((String) arguments[0]);
                    case "getHeaders" -> Collections.enumeration(arguments[0].equals("Cookie")
                            ? cookies.isEmpty() ? List.of() : List.of(String.join("; ", cookies))
                            : Optional.ofNullable(headers.get((String) arguments[0])).stream().toList());
                    case "getHeaderNames" -> Collections.enumeration(headers.keySet());
                    case "getAttribute" -> attributes.get((String) arguments[0]);
                    case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
                    case "getUserPrincipal" -> principal;
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }
}

package imagegen.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Which pages may use a browser's cookie: those of this very host, and those that are configured. The scheme is not
 * compared, because behind a proxy that ends TLS nobody here knows it.
 */
@ApplicationScoped
public class Origins {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private Set<String> allowed;
    private boolean forwarded;

    /** For the container's proxy only. */
    protected Origins() {
    }

    /**
     * @param allowed further origins with commas between them, such as {@code https://app.example}; one text, because
     *         Payara can't inject an optional list
     * @param forwarded whether a proxy in front is known to set {@code X-Forwarded-Host} and {@code -Proto}
     */
    @Inject
    public Origins(@ConfigProperty(name = "image-gen.allowed-origins") Optional<String> allowed,
                   @ConfigProperty(name = "image-gen.trust-forwarded", defaultValue = "false") boolean forwarded) {
        this.allowed = Arrays.stream(allowed.orElse("").split(",")).map(it -> it.strip().toLowerCase(Locale.ROOT))
                .filter(it -> !it.isEmpty()).collect(Collectors.toUnmodifiableSet());
        this.forwarded = forwarded;
    }

    /** Whether it is one of the configured ones, as {@code https://app.example}. */
    boolean names(String origin) {
        return allowed.contains(origin.strip().toLowerCase(Locale.ROOT));
    }

    /** For requests that change something and are authenticated by cookie: one must say where it comes from. */
    boolean allowsChange(HttpServletRequest request) {
        if (SAFE.contains(request.getMethod())) {
            return true;
        }
        return origin(request).map(origin -> allows(origin, request))
                .orElseGet(() -> "same-origin".equals(request.getHeader("Sec-Fetch-Site")));
    }

    /** For handshakes: every browser names the origin, and what is no browser holds no stolen cookie. */
    boolean allowsHandshake(HttpServletRequest request) {
        return origin(request).map(origin -> allows(origin, request)).orElse(true);
    }

    /** Whether the page was, as far as can be told, loaded over TLS. */
    boolean secure(HttpServletRequest request) {
        return request.isSecure()
                || forwarded && "https".equalsIgnoreCase(first(request.getHeader("X-Forwarded-Proto")))
                || origin(request).filter(origin -> origin.startsWith("https://")).isPresent();
    }

    private static Optional<String> origin(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Origin")).map(it -> it.strip().toLowerCase(Locale.ROOT));
    }

    private boolean allows(String origin, HttpServletRequest request) {
        return allowed.contains(origin)
                || authority(origin).filter(host -> host.equals(host(request))).isPresent();
    }

    private String host(HttpServletRequest request) {
        var proxied = forwarded ? first(request.getHeader("X-Forwarded-Host")) : "";
        var host = proxied.isEmpty() ? Optional.ofNullable(request.getHeader("Host")).orElse("") : proxied;
        return withoutDefaultPort(host.toLowerCase(Locale.ROOT));
    }

    private static String first(String list) {
        return list == null ? "" : list.split(",", 2)[0].strip();
    }

    // "null", which sandboxed frames and files send, has no authority.
    private static Optional<String> authority(String origin) {
        try {
            var uri = new URI(origin);
            var web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return web ? Optional.ofNullable(uri.getRawAuthority()).map(Origins::withoutDefaultPort)
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String withoutDefaultPort(String authority) {
        return authority.replaceFirst(":(80|443)$", "");
    }
}

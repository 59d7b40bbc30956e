package imagegen.embedded;

import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * To whom the dev identity, which signs in anyone under any name, may be shown: to this machine, and to others only if
 * the operator says so. In either case only under a name that is meant: a page on the internet can make a browser here
 * send requests to this address under a name of its own (DNS rebinding), but not under another.
 *
 * @param toOthers {@code image-gen.embedded.public}
 * @param hosts names that are meant beside {@code localhost}: of {@code image-gen.embedded.url} and
 *              {@code image-gen.allowed-origins}; in lower case
 */
record Exposure(boolean toOthers, Set<String> hosts) {

    static final String PUBLIC = "image-gen.embedded.public";

    private static final System.Logger LOG = System.getLogger(Exposure.class.getName());

    static Exposure of(Config config) {
        var urls = Stream.of("image-gen.embedded.url", "image-gen.allowed-origins")
            .flatMap(key -> config.getOptionalValue(key, String.class).stream())
            .flatMap(value -> Arrays.stream(value.split(",")));
        return new Exposure(config.getOptionalValue(PUBLIC, Boolean.class).orElse(false),
            urls.flatMap(url -> host(url).stream()).collect(Collectors.toUnmodifiableSet()));
    }

    private static Optional<String> host(String url) {
        try {
            return Optional.ofNullable(URI.create(url.strip()).getHost()).map(it -> it.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @throws ProblemException {@code forbidden} where this request may not be shown it, saying what would help */
    void check(HttpServletRequest request) {
        check(request.getLocalAddr(), request.getServerName());
    }

    /**
     * @param address of this machine at which the request arrived
     * @param name under which it was asked for, without a port
     */
    void check(String address, String name) {
        boolean here = loopback(address);
        if (!here && !toOthers) {
            throw new ProblemException(ProblemType.FORBIDDEN,
                "The embedded identity signs in anyone: for others than this machine only with " + PUBLIC + "=true.");
        }
        String asked = name.toLowerCase(Locale.ROOT);
        // An address is no name that anybody could point elsewhere
        boolean meant = asked.equals("localhost") || hosts.contains(asked)
            || literal(asked) && (toOthers || loopback(asked));
        if (!meant) {
            throw new ProblemException(ProblemType.FORBIDDEN,
                "Not under this name: it is in neither image-gen.embedded.url nor image-gen.allowed-origins.");
        }
    }

    private static boolean literal(String host) {
        return host.startsWith("[") || host.contains(":") || host.matches("[0-9]+(\\.[0-9]+){3}");
    }

    private static boolean loopback(String address) {
        try {
            return literal(address) && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Says it at the start, where everybody looks. */
    @ApplicationScoped
    static class Warning {

        void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
            Config config = ConfigProvider.getConfig();
            if (Settings.embedded(config) && Exposure.of(config).toOthers()) {
                LOG.log(Level.WARNING, "*** " + PUBLIC + "=true: WHOEVER REACHES THIS SERVER SIGNS IN UNDER ANY NAME, and"
                    + " sees everything of that name. For a demonstration only. ***");
            }
        }
    }
}

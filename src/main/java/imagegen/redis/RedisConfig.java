package imagegen.redis;

import imagegen.config.Settings;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is and how long to wait for it.
 *
 * @param nodes   the one server, or the sentinels that know it
 * @param master  the sentinels' name for the server; empty where there are none
 * @param tls     whether to speak TLS, with the certificates that the JVM trusts
 * @param user    empty: Redis' default user
 * @param prefix  what all keys and channels begin with; {@code image-gen.redis.prefix}
 * @param timeout to connect, and for an answer; after it Redis counts as down; {@code image-gen.redis.timeout}
 */
public record RedisConfig(List<HostAndPort> nodes, Optional<String> master, boolean tls, Optional<String> user,
                          Optional<String> password, int database, String prefix, Duration timeout) {

    public static final String STORE = "image-gen.log.store";
    public static final String URL = "image-gen.redis.url";
    public static final String TIMEOUT = "image-gen.redis.timeout";
    public static final String PREFIX = "image-gen.redis.prefix";

    private static final String FORMS = URL + " must be redis://[[user]:password@]host[:port][/database], the same "
            + "with rediss:// for TLS, or redis-sentinel://[[user]:password@]host[:port][,host[:port]]/name[/database]";
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    /**
     * Whether several nodes share what they know.
     *
     * @throws Settings.InvalidSetting if that is not said clearly
     */
    public static boolean wanted(Settings settings) {
        return switch (settings.text(STORE, "memory")) {
            case "memory" -> false;
            case "redis" -> true;
            default -> throw new Settings.InvalidSetting(STORE + " must be memory or redis");
        };
    }

    /** @throws Settings.InvalidSetting naming the key that is missing or wrong; the text never holds a password */
    public static RedisConfig from(Settings settings) {
        String url = settings.text(URL).orElseThrow(
                () -> new Settings.InvalidSetting(URL + " is not set, but " + STORE + " is redis"));
        return of(url, settings.text(PREFIX, "image-gen"), settings.duration(TIMEOUT, Duration.ofSeconds(2)));
    }

    /** @throws Settings.InvalidSetting as {@link #from} */
    public static RedisConfig of(String url, String prefix, Duration timeout) {
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new Settings.InvalidSetting(TIMEOUT + " must be from 100 ms to a minute");
        }
        if (!prefix.matches("[A-Za-z0-9:._-]{1,64}")) {
            throw new Settings.InvalidSetting(PREFIX + " must be 1 to 64 characters of A-Z a-z 0-9 : . _ -");
        }
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "redis", "rediss", "redis-sentinel" -> parse(url, scheme, prefix, timeout);
            default -> throw new Settings.InvalidSetting(FORMS);
        };
    }

    private static RedisConfig parse(String url, String scheme, String prefix, Duration timeout) {
        try {
            boolean sentinel = scheme.equals("redis-sentinel");
            URI uri = new URI(url);
            String authority = uri.getRawAuthority();
            int at = authority.lastIndexOf('@');
            String[] path = uri.getRawPath().replaceFirst("^/", "").split("/", -1);
            String database = sentinel ? path.length > 1 ? path[1] : "" : path[0];
            if (sentinel && path[0].isEmpty()) {
                throw new IllegalArgumentException("no name");
            }
            List<HostAndPort> nodes = new ArrayList<>();
            for (String node : authority.substring(at + 1).split(",")) {
                nodes.add(node(node, sentinel ? SENTINEL_PORT : PORT));
            }
            if (!sentinel && nodes.size() > 1) {
                throw new IllegalArgumentException("several hosts");
            }
            String[] login = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
            return new RedisConfig(List.copyOf(nodes), sentinel ? Optional.of(path[0]) : Optional.empty(),
                    scheme.equals("rediss"), part(login, login.length == 2 ? 0 : -1),
                    part(login, login.length - 1), database.isEmpty() ? 0 : Integer.parseInt(database), prefix,
                    timeout);
        } catch (Exception e) {
            // Not the cause: its text would hold the URL, and with it the password
            throw new Settings.InvalidSetting(FORMS);
        }
    }

    private static HostAndPort node(String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean port = colon >= 0 && text.indexOf(']', colon) < 0;
        String host = (port ? text.substring(0, colon) : text).replaceAll("[\\[\\]]", "");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("no host");
        }
        return new HostAndPort(host, port ? Integer.parseInt(text.substring(colon + 1)) : defaultPort);
    }

    private static Optional<String> part(String[] login, int index) {
        return Arrays.stream(login).skip(Math.max(0, index)).findFirst()
                .filter(it -> index >= 0 && !it.isEmpty())
                .map(it -> URLDecoder.decode(it.replace("+", "%2B"), StandardCharsets.UTF_8));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return (tls ? "rediss" : master.isPresent() ? "redis-sentinel" : "redis") + "://" + nodes
                + master.map(name -> "/" + name).orElse("") + "/" + database;
    }
}

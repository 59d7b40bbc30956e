package imagegen.backend;

import imagegen.config.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the image backend is and how to ask it; each open question of the migration plan is one of these settings.
 *
 * @param address        {@code image-gen.backend.url}: must be set
 * @param stream         {@code image-gen.backend.stream}: {@code per-user}
 * @param serviceToken   {@code image-gen.backend.service-token}: must be set where {@code stream} is {@code shared}
 * @param userField      {@code image-gen.backend.user-field}: {@code user_id}, the member that names a message's owner
 * @param eventsPath     {@code image-gen.backend.events-path}: {@code /v1/image-gen/events}
 * @param requestsPath   {@code image-gen.backend.requests-path}: {@code /v1/image-gen/requests}
 * @param requestIdParameter {@code image-gen.backend.request-id-parameter}: {@code request_id}, the query parameter
 *                       that names the request of a stream where {@code stream} is {@code per-request}
 * @param connectTimeout {@code image-gen.backend.connect-timeout}: {@code PT5S}
 * @param readTimeout    {@code image-gen.backend.read-timeout}: {@code PT15S}, for an answer to submit, status, cancel
 * @param silenceTimeout {@code image-gen.backend.silence-timeout}: {@code PT60S} without a byte, and a stream is dead
 * @param probeInterval  {@code image-gen.backend.probe-interval}: {@code PT10S}; how often an idle gateway looks
 *                       whether the backend answers at all, for its readiness. {@code PT0S}: never
 * @param http2          {@code image-gen.backend.http-version}: {@code 1.1}. With {@code 2} all streams share one
 *                       connection, so the backend must allow as many concurrent HTTP/2 streams as there are users
 * @param parameters     {@code image-gen.backend.parameters}: {@code seed}; further members of a submission that are
 *                       passed through, names separated by commas; {@code *} for any, {@code none} for none
 */
public record BackendConfig(
        Address address,
        Stream stream,
        Optional<String> serviceToken,
        String userField,
        String eventsPath,
        String requestsPath,
        String requestIdParameter,
        Duration connectTimeout,
        Duration readTimeout,
        Duration silenceTimeout,
        Duration probeInterval,
        boolean http2,
        Parameters parameters) {

    public static final String URL = "image-gen.backend.url";
    public static final String EMBEDDED = "embedded";
    static final String EMBEDDED_URL = "image-gen.embedded.url";
    static final String STREAM = "image-gen.backend.stream";
    public static final String SERVICE_TOKEN = "image-gen.backend.service-token";
    static final String USER_FIELD = "image-gen.backend.user-field";
    static final String EVENTS_PATH = "image-gen.backend.events-path";
    static final String REQUESTS_PATH = "image-gen.backend.requests-path";
    static final String REQUEST_ID_PARAMETER = "image-gen.backend.request-id-parameter";
    static final String CONNECT_TIMEOUT = "image-gen.backend.connect-timeout";
    static final String READ_TIMEOUT = "image-gen.backend.read-timeout";
    static final String SILENCE_TIMEOUT = "image-gen.backend.silence-timeout";
    static final String PROBE_INTERVAL = "image-gen.backend.probe-interval";
    static final String HTTP_VERSION = "image-gen.backend.http-version";
    static final String PARAMETERS = "image-gen.backend.parameters";

    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,100}");
    // RFC 6750, section 2.1: b64token
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    /** Which streams the backend is asked for. */
    public enum Stream {
        /** One for each user, under their own token, with everything of theirs. */
        PER_USER,
        /** One for each request that has not ended, under its user's token: for a backend that wants it named. */
        PER_REQUEST,
        /** One for all users, under a service token; each message names its owner. */
        SHARED
    }

    /** Where the backend is. */
    public sealed interface Address {
        /** An absolute http or https URL without query; its path, if any, stands before the configured paths. */
        record Remote(URI base) implements Address {}

        /** This gateway itself, at its own address: as configured, or else as its first caller reached it. */
        record Embedded(Optional<URI> base) implements Address {}
    }

    /**
     * Reads all settings.
     *
     * @throws Settings.InvalidSetting for the first setting that can't be used
     */
    public static BackendConfig from(Settings settings) {
        var stream = stream(settings);
        var token = settings.text(SERVICE_TOKEN);
        if (stream == Stream.SHARED && token.isEmpty()) {
            throw new Settings.InvalidSetting(SERVICE_TOKEN + " is not set, but " + STREAM
                    + "=shared needs the Bearer token under which the one stream for all users is opened");
        }
        if (token.isPresent() && !TOKEN.matcher(token.get()).matches()) {
            throw new Settings.InvalidSetting(SERVICE_TOKEN + " is not a Bearer token (its value is not shown)");
        }
        return new BackendConfig(
                address(settings),
                stream,
                token,
                settings.text(USER_FIELD, "user_id"),
                path(settings, EVENTS_PATH, "/v1/image-gen/events"),
                path(settings, REQUESTS_PATH, "/v1/image-gen/requests"),
                parameter(settings),
                settings.duration(CONNECT_TIMEOUT, Duration.ofSeconds(5)),
                settings.duration(READ_TIMEOUT, Duration.ofSeconds(15)),
                settings.duration(SILENCE_TIMEOUT, Duration.ofSeconds(60)),
                settings.durationOrZero(PROBE_INTERVAL, Duration.ofSeconds(10)),
                http2(settings),
                Parameters.of(PARAMETERS, settings.text(PARAMETERS, "seed")));
    }

    public boolean embedded() {
        return address instanceof Address.Embedded;
    }

    public boolean shared() {
        return stream == Stream.SHARED;
    }

    /** Nothing secret: the service token is left out. */
    @Override
    public String toString() {
        return "BackendConfig[" + address + ", " + stream + ", events " + eventsPath + ", requests " + requestsPath
                + "]";
    }

    private static Address address(Settings settings) {
        var text = settings.text(URL).orElseThrow(() -> new Settings.InvalidSetting(URL + " is not set: give the image "
                + "backend's absolute URL, or '" + EMBEDDED + "' for the one inside this application"));
        return text.equals(EMBEDDED)
                ? new Address.Embedded(settings.text(EMBEDDED_URL).map(url -> base(EMBEDDED_URL, url,
                        "this gateway's own absolute http or https URL")))
                : new Address.Remote(base(URL, text, "an absolute http or https URL without query, fragment and "
                        + "credentials, or '" + EMBEDDED + "'"));
    }

    private static URI base(String key, String text, String wanted) {
        try {
            var uri = new URI(text);
            var http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : uri;
            }
        } catch (URISyntaxException e) {
            // said below, as everything else that is no such URL
        }
        throw Settings.invalid(key, text.replaceAll("//[^/@]*@", "//***@"), wanted);
    }

    private static Stream stream(Settings settings) {
        var text = settings.text(STREAM, "per-user");
        return switch (text) {
            case "per-user" -> Stream.PER_USER;
            case "per-request" -> Stream.PER_REQUEST;
            case "shared" -> Stream.SHARED;
            default -> throw Settings.invalid(STREAM, text, "per-user, per-request or shared");
        };
    }

    private static boolean http2(Settings settings) {
        var text = settings.text(HTTP_VERSION, "1.1");
        return switch (text) {
            case "1.1" -> false;
            case "2" -> true;
            default -> throw Settings.invalid(HTTP_VERSION, text, "1.1 or 2");
        };
    }

    private static String path(Settings settings, String key, String otherwise) {
        var text = settings.text(key, otherwise);
        if (!PATH.matcher(text).matches()) {
            throw Settings.invalid(key, text, "a path that begins with '/', such as " + otherwise);
        }
        return text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static String parameter(Settings settings) {
        var text = settings.text(REQUEST_ID_PARAMETER, "request_id");
        if (!NAME.matcher(text).matches()) {
            throw Settings.invalid(REQUEST_ID_PARAMETER, text, "a query parameter's name, such as request_id");
        }
        return text;
    }
}

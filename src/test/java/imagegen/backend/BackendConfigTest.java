package imagegen.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.backend.BackendConfig.Address;
import imagegen.config.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendConfigTest {
    private static final Map<String, String> MINIMAL = Map.of("image-gen.backend.url", "http://127.0.0.1:9090");

    private static BackendConfig config(Map<String, String> more) {
        var all = new HashMap<>(MINIMAL);
        all.putAll(more);
        return BackendConfig.from(new Settings(key -> Optional.ofNullable(all.get(key))));
    }

    private static String refusal(Map<String, String> more) {
        return assertThrows(Settings.InvalidSetting.class, () -> config(more)).getMessage();
    }

    @Test
    void hasTheDefaultsThatTheReadmeTells() {
        assertEquals(new BackendConfig(new Address.Remote(URI.create("http://127.0.0.1:9090")),
                BackendConfig.Stream.PER_USER, Optional.empty(), "user_id", "/v1/image-gen/events",
                "/v1/image-gen/requests", "request_id", Duration.ofSeconds(5), Duration.ofSeconds(15),
                Duration.ofSeconds(60), Duration.ofSeconds(10), false,
                new Parameters(false, Set.of("seed"))), config(Map.of()));
    }

    @Test
    void readsWhatIsSet() {
        var config = config(Map.ofEntries(
                Map.entry("image-gen.backend.url", "https://images.example/base/"),
                Map.entry("image-gen.backend.stream", "shared"),
                Map.entry("image-gen.backend.service-token", "abc.def.ghi"),
                Map.entry("image-gen.backend.user-field", "owner"),
                Map.entry("image-gen.backend.events-path", "/events"),
                Map.entry("image-gen.backend.requests-path", "/jobs/"),
                Map.entry("image-gen.backend.request-id-parameter", "id"),
                Map.entry("image-gen.backend.connect-timeout", "PT1S"),
                Map.entry("image-gen.backend.read-timeout", "PT2S"),
                Map.entry("image-gen.backend.silence-timeout", "PT3S"),
                Map.entry("image-gen.backend.probe-interval", "PT0S"),
                Map.entry("image-gen.backend.parameters", "seed, cfg_scale"),
                Map.entry("image-gen.backend.http-version", "2")));
        assertEquals(new BackendConfig(new Address.Remote(URI.create("https://images.example/base")),
                BackendConfig.Stream.SHARED, Optional.of("abc.def.ghi"), "owner", "/events", "/jobs", "id",
                Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3),
                Duration.ZERO, true, new Parameters(false, Set.of("seed", "cfg_scale"))), config);
    }

    @Test
    void passesAnyMemberThroughOrNone() {
        assertTrue(config(Map.of("image-gen.backend.parameters", "*")).parameters().allow("steps"));
        assertFalse(config(Map.of("image-gen.backend.parameters", "none")).parameters().allow("seed"));
        assertTrue(refusal(Map.of("image-gen.backend.parameters", "seed,prompt")).contains("'seed,prompt'"));
    }

    @Test
    void takesAStreamForEachRequest() {
        var config = config(Map.of("image-gen.backend.stream", "per-request"));
        assertEquals(BackendConfig.Stream.PER_REQUEST, config.stream());
    }

    @Test
    void namesTheKeyAndTheValueForTheEmbeddedBackendWhereNoUrlIsSet() {
        var refusal = refusal(Map.of("image-gen.backend.url", " "));
        assertTrue(refusal.contains("image-gen.backend.url"), refusal);
        assertTrue(refusal.contains("'embedded'"), refusal);
    }

    @Test
    void takesTheEmbeddedBackendWithOrWithoutAnAddress() {
        assertEquals(new Address.Embedded(Optional.empty()),
                config(Map.of("image-gen.backend.url", "embedded")).address());
        assertEquals(new Address.Embedded(Optional.of(URI.create("http://10.0.0.1:8080/ctx"))),
                config(Map.of("image-gen.backend.url", "embedded",
                        "image-gen.embedded.url", "http://10.0.0.1:8080/ctx")).address());
    }

    @Test
    void asksForTheServiceTokenOfASharedStream() {
        assertTrue(refusal(Map.of("image-gen.backend.stream", "shared")).contains("image-gen.backend.service-token"));
    }

    @Test
    void neverShowsATokenOrAPassword() {
        var config = config(Map.of("image-gen.backend.service-token", "s3cret"));
        assertFalse(config.toString().contains("s3cret"));
        assertFalse(refusal(Map.of("image-gen.backend.service-token", "s3 cret")).contains("s3"));
        assertFalse(refusal(Map.of("image-gen.backend.url", "http://me:s3cret@host/")).contains("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host", "localhost:9090", "//host", "http://", "http://host?x=1", "http://host#f",
        "http://me:pw@host", "not a url", "Embedded"})
    void refusesWhatIsNoUsableUrl(String url) {
        assertTrue(refusal(Map.of("image-gen.backend.url", url)).startsWith("image-gen.backend.url is"));
    }

    @ParameterizedTest
    @CsvSource({
        "image-gen.backend.stream, both",
        "image-gen.backend.events-path, events",
        "image-gen.backend.requests-path, /a?b=c",
        "image-gen.backend.request-id-parameter, a&b",
        "image-gen.backend.connect-timeout, 5 seconds",
        "image-gen.backend.read-timeout, PT0S",
        "image-gen.backend.silence-timeout, PT-1S",
        "image-gen.backend.http-version, 3"})
    void saysWhichSettingIsWrongAndWhatItHolds(String key, String value) {
        var refusal = refusal(Map.of(key, value));
        assertTrue(refusal.startsWith(key), refusal);
        assertTrue(refusal.contains("'" + value) || refusal.contains("PT0S"), refusal);
    }
}

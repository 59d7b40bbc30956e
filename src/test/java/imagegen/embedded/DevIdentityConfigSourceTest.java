package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevIdentityConfigSourceTest {

    @TempDir
    private Path folder;

    private final Map<String, String> operator = new HashMap<>();
    private final List<ConfigSource> sources = new ArrayList<>();
    private final TestClock clock = new TestClock();
    private final DevIdentityConfigSource source = new DevIdentityConfigSource(sources, clock);

    @BeforeEach
    void configure() {
        // The real list has this source in it as well.
        sources.add(new Operator(operator));
        sources.add(source);
        operator.put("image-gen.embedded.key-file", keyFile().toString());
    }

    @Test
    void offersItsKeyAndIssuerWhileTheBackendIsTheEmbeddedOne() {
        operator.put("image-gen.backend.url", " Embedded ");
        assertEquals(DevIdentity.of(keyFile()).publicKeyPem(), source.getValue("mp.jwt.verify.publickey"));
        assertEquals("urn:image-gen:embedded", source.getValue("mp.jwt.verify.issuer"));
        assertNull(source.getValue("mp.jwt.verify.audiences"));
    }

    @Test
    void offersNothingAndMakesNoKeyForARealBackend() {
        operator.put("image-gen.backend.url", "https://backend.example");
        assertNull(source.getValue("mp.jwt.verify.publickey"));
        assertNull(source.getValue("mp.jwt.verify.issuer"));
        assertFalse(Files.exists(keyFile()));
    }

    @Test
    void offersNothingWithoutABackend() {
        assertNull(source.getValue("mp.jwt.verify.publickey"));
    }

    @Test
    void givesWayToAnIdentityThatTheOperatorNames() {
        operator.put("image-gen.backend.url", "embedded");
        operator.put("mp.jwt.verify.publickey.location", "file:/keys/public.pem");
        assertNull(source.getValue("mp.jwt.verify.publickey"));
        assertNull(source.getValue("mp.jwt.verify.issuer"));
        operator.remove("mp.jwt.verify.publickey.location");
        operator.put("mp.jwt.verify.publickey", "MIIB");
        assertNull(source.getValue("mp.jwt.verify.issuer"));
        assertFalse(Files.exists(keyFile()));
    }

    @Test
    void makesNoKeyUntilOneIsAskedFor() {
        operator.put("image-gen.backend.url", "embedded");
        assertNull(source.getValue("image-gen.transport"));
        assertEquals(Set.of(), source.getPropertyNames());
        assertFalse(Files.exists(keyFile()));
    }

    @Test
    void offersAServiceTokenToAGatewayThatReadsOneSharedStreamAndRenewsItInTime() {
        operator.put("image-gen.backend.url", "embedded");
        assertNull(source.getValue("image-gen.backend.service-token"));
        operator.put("image-gen.backend.stream", "shared");
        String token = source.getValue("image-gen.backend.service-token");
        assertNotNull(token);
        clock.turn(Duration.ofHours(11));
        assertEquals(token, source.getValue("image-gen.backend.service-token"));
        clock.turn(Duration.ofHours(2));
        assertNotEquals(token, source.getValue("image-gen.backend.service-token"));
    }

    @Test
    void isFoundByTheContainerAndRanksBelowWhatAnOperatorSets() {
        assertTrue(ServiceLoader.load(ConfigSource.class).stream()
            .anyMatch(provider -> provider.type() == DevIdentityConfigSource.class));
        assertTrue(source.getOrdinal() < 100);
    }

    private Path keyFile() {
        return folder.resolve("key.pem");
    }

    private record Operator(Map<String, String> values) implements ConfigSource {
        @Override
        public Set<String> getPropertyNames() {
            return values.keySet();
        }

        @Override
        public String getValue(String key) {
            return values.get(key);
        }

        @Override
        public String getName() {
            return "operator";
        }
    }
}

package imagegen;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** What an operator gives a server is what the tests give it. */
class ServerConfigTest {

    private static final Path FOLDER = Path.of("server-config");

    @Test
    void everyFileIsGivenToAServerByTheTests() throws IOException {
        String starts;
        try (Stream<Path> sources = Files.list(Path.of("src/test/java/imagegen/server"))) {
            starts = sources.map(ServerConfigTest::text).collect(Collectors.joining());
        }
        try (Stream<Path> files = Files.walk(FOLDER)) {
            // For other programs than servers: ClusterConfigTest, ServiceConfigTest
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> FOLDER.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.startsWith("cluster/") && !name.endsWith("compose.yaml")
                            && !name.endsWith("image-gen.conf") && !name.endsWith("image-gen.service")).toList();
            assertFalse(names.isEmpty());
            names.forEach(name -> assertTrue(starts.contains("config(\"" + name + "\")"), name));
        }
    }

    @Test
    void payaraMicroAndPayaraServerAreToldTheSame() throws IOException {
        // Which call their listeners differently
        Set<String> micro = commands("payara-micro/pre-boot.txt").stream()
                .map(line -> line.replace("protocol.http-listener.", "protocol.http-listener-1.")
                        .replace("protocol.https-listener.", "protocol.http-listener-2."))
                .collect(Collectors.toSet());
        Set<String> server = commands("payara-server/pre-boot.txt");
        assertFalse(micro.isEmpty());
        assertTrue(server.containsAll(micro));
    }

    /** Of two that are called the same, the server would read one and say nothing. */
    @Test
    void whatWildFlyIsToldItIsToldOnce() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        assertDoesNotThrow(() -> new Yaml(options).<Object>load(text(FOLDER.resolve("wildfly/image-gen.yml"))));
    }

    @Test
    void theShippedFlagIsSse() throws IOException {
        Properties rollout = new Properties();
        try (Reader reader = Files.newBufferedReader(FOLDER.resolve("rollout.properties"))) {
            rollout.load(reader);
        }
        assertEquals("sse", rollout.getProperty("image-gen.transport"));
        assertEquals(1, rollout.size());
    }

    private static Set<String> commands(String file) {
        return text(FOLDER.resolve(file)).lines().filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.toSet());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

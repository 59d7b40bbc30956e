package imagegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ServerConfigTest {

    private static final Path FOLDER = Path.of("server-config");

    @Test
    void developmentAndTestsRunOnWhatProductionRunsOn() throws IOException {
        List<String> loopback = commands("payara-loopback.txt");
        assertTrue(loopback.getFirst().endsWith("http-listener.address=127.0.0.1"), loopback::toString);
        assertEquals(commands("payara-preboot.txt"), loopback.subList(1, loopback.size()));
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

    private static List<String> commands(String file) throws IOException {
        return Files.readAllLines(FOLDER.resolve(file)).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }
}

package imagegen.rollout;

import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.fuzz.Mutations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutFileFuzzTest {

    private static final Logger LOG = Logger.getLogger(RolloutFile.class.getName());

    @TempDir
    private Path folder;

    @Test
    void aHostileFileSetsNothingButTheFlag() {
        LOG.setLevel(Level.OFF);
        try {
            Path file = folder.resolve("rollout.properties");
            Mutations.of("rollout", bytes -> {
                Files.write(file, bytes);
                var read = new RolloutFile(file, () -> Instant.now().plusSeconds(60), () -> 0);
                assertTrue(read.getProperties().keySet().stream().allMatch(key -> key.equals("image-gen.transport")
                        || key.startsWith("image-gen.rollout.") && !key.equals("image-gen.rollout.file")));
            });
        } finally {
            LOG.setLevel(null);
        }
    }
}

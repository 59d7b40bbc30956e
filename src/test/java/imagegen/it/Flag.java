package imagegen.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The watched file in which an operator chooses the transport, while the server runs. */
final class Flag {

    private static final Path FILE = Path.of(System.getProperty("image-gen.rollout.file"));

    private Flag() {
    }

    static void says(String transport) {
        try {
            Files.writeString(FILE, "image-gen.transport=" + transport + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void saysNothing() {
        try {
            Files.deleteIfExists(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

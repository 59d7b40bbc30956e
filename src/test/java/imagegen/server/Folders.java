package imagegen.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the servers' starts have in common. */
final class Folders {

    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private Folders() {
    }

    /** A file that an operator gives the server. */
    static Path config(String name) {
        return PROJECT.resolve("server-config").resolve(name);
    }

    static String java() {
        return javaHome().resolve("bin").resolve("java").toString();
    }

    static Path javaHome() {
        return Path.of(System.getProperty("java.home"));
    }

    /** A distribution is one folder, whatever its archive calls it. */
    static Path onlyFolderIn(Path home) throws IOException {
        try (Stream<Path> inside = Files.list(home)) {
            List<Path> folders = inside.filter(Files::isDirectory).toList();
            if (folders.size() != 1) {
                throw new IOException("no server in " + home + ", but " + folders);
            }
            return folders.getFirst().toAbsolutePath();
        }
    }

    /** Makes it, or makes it empty. */
    static Path empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> inside = Files.walk(folder)) {
                for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        return Files.createDirectories(folder).toAbsolutePath();
    }

    static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> inside = Files.walk(from)) {
            inside.forEach(each -> copy(each, to.resolve(from.relativize(each).toString())));
        }
    }

    static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to.getParent());
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of commands: those of the operator, and then more. */
    static Path commands(Path operators, List<String> more, Path file) throws IOException {
        return Files.writeString(file, Files.readString(operators) + "\n" + String.join("\n", more) + "\n");
    }
}

package imagegen.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** The operating guide, as far as it has a configuration to copy. */
final class Guide {

    private static final Path PAGE = Path.of("src/site/markdown/operating.md");

    private Guide() {
    }

    /** What stands in the only block of that language. */
    static String snippet(String language) {
        var block = Pattern.compile("^```" + language.toLowerCase(Locale.ROOT) + "\n(.*?)^```$",
                Pattern.DOTALL | Pattern.MULTILINE);
        try {
            var found = block.matcher(Files.readString(PAGE)).results().toList();
            if (found.size() != 1) {
                throw new AssertionError(found.size() + " configurations for " + language + " in " + PAGE);
            }
            return found.getFirst().group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

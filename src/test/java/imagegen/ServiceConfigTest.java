package imagegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** The services of systemd and of compose start what the image starts, which is what the tests start. */
class ServiceConfigTest {

    private static final Path FOLDER = Path.of("server-config");
    private static final String INSTALLED = "/opt/image-gen/";
    /** Of the image and the service alone: a share of the machine's memory, and all of its addresses. */
    private static final Pattern THEIRS = Pattern.compile("-XX:MaxRAMPercentage=75|-b|-jar");

    private final String dockerfile = text(Path.of("Dockerfile")).replace("\\\n", "");
    private final String unit = text(FOLDER.resolve("image-gen.service"));

    @ParameterizedTest
    @CsvSource({"payara-micro, PayaraMicro", "payara-server, PayaraServer", "wildfly, WildFly", "liberty, OpenLiberty"})
    void aServerIsStartedAlike(String server, String starter) {
        String stage = dockerfile.split("FROM base AS " + server + "\n")[1].split("\nFROM ")[0];
        String service = text(FOLDER.resolve(server).resolve("image-gen.conf"));
        List<String> entry = all("\"([^\"]*)\"", only("ENTRYPOINT (\\[.*)", stage));
        List<String> started = List.of(only("ExecStart=(.*)", service).split(" "));
        assertEquals(entry, started.stream().map(word -> word.equals("/usr/bin/java") ? "java" : word).toList());
        assertEquals(settings(stage, "ENV (.*)"), settings(service, "Environment=(.*)"));
        String tests = text(Path.of("src/test/java/imagegen/server", starter + ".java"));
        started.stream().filter(word -> word.startsWith("-") && !THEIRS.matcher(word).matches())
                .map(word -> word.split("=")[0])
                .forEach(option -> assertTrue(tests.contains("\"" + option), option));
    }

    @Test
    void itsFlagIsThatOfTheImage() {
        String base = dockerfile.split("AS base\n")[1].split("\nFROM ")[0];
        assertEquals(settings(base, "ENV (.*)"), settings(unit, "Environment=(.*)"));
    }

    @Test
    void aStopLeavesTimeToDrain() {
        int seconds = Integer.parseInt(only("TimeoutStopSec=(\\d+)", unit));
        assertTrue(seconds > 25, "than what WildFly and Open Liberty wait for");
        assertEquals(seconds + "s", gateway().get("stop_grace_period"));
    }

    @Test
    void composeMountsTheFolderOfTheFlagWhereTheImageHasIt() {
        assertEquals(List.of(".:" + INSTALLED + "config:ro"), gateway().get("volumes"));
        assertTrue(dockerfile.contains("ENV IMAGE_GEN_ROLLOUT_FILE=" + INSTALLED + "config/rollout.properties"));
        assertTrue(Files.exists(FOLDER.resolve("rollout.properties")));
    }

    @Test
    void composeSetsWhatTheReadmeKnows() {
        String readme = text(Path.of("README.md")).toUpperCase().replaceAll("[^A-Z0-9]", "_");
        ((Map<?, ?>) gateway().get("environment")).keySet()
                .forEach(key -> assertTrue(readme.contains("_" + key + "_"), key.toString()));
    }

    private static Map<?, ?> gateway() {
        Map<String, Map<?, ?>> all = new Yaml().load(text(FOLDER.resolve("compose.yaml")));
        return (Map<?, ?>) all.get("services").get("gateway");
    }

    /** {@code NAME=value} and {@code "NAME=value"}, or {@code NAME="value"}, without the quotes. */
    private static Set<String> settings(String text, String line) {
        return all(line, text).stream().flatMap(each -> all("(?:[^ \"]|\"[^\"]*\")+", each).stream())
                .map(each -> each.replace("\"", "")).collect(Collectors.toSet());
    }

    private static String only(String pattern, String text) {
        List<String> found = all(pattern, text);
        assertEquals(1, found.size(), pattern);
        return found.getFirst();
    }

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(ServiceConfigTest::innermost).toList();
    }

    private static String innermost(MatchResult found) {
        return found.group(found.groupCount());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

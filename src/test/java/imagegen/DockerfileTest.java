package imagegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No image is built in the tests; that what it copies exists can be checked all the same. */
class DockerfileTest {

    private static final Pattern COPY = Pattern.compile("COPY (?<from>--from=\\S+ )?(?:--\\S+ )*(?<paths>.+)");
    private static final List<String> SERVERS = List.of("payara-micro", "payara-server", "wildfly", "liberty");
    private static final Path DOCKERFILE = Path.of("Dockerfile");

    private final List<String> lines = lines();

    @Test
    void everyPathThatItCopiesExistsOrIsBuilt() {
        List<String> copied = lines.stream().map(COPY::matcher).filter(Matcher::matches)
                .flatMap(copy -> sources(copy).stream()).toList();
        assertFalse(copied.isEmpty());
        for (String path : copied) {
            assertTrue(Files.exists(Path.of(path)) || isBuilt(path), path + " does not exist");
        }
    }

    @Test
    void runsWithoutPrivilegesAndWithoutAShell() {
        assertEquals(SERVERS.size(), starting("USER imagegen").size());
        List<String> entries = starting("ENTRYPOINT ");
        assertEquals(SERVERS.size(), entries.size());
        entries.forEach(entry -> assertTrue(entry.startsWith("ENTRYPOINT ["), "exec form: " + entry));
    }

    @Test
    void aServerThatLivesIsNotStartedAnewBecauseItsBackendIsAway() {
        assertEquals(SERVERS.size(), starting("HEALTHCHECK ").size());
        List<String> asked = lines.stream().filter(line -> line.contains("/health/") && line.contains("CMD")).toList();
        assertEquals(SERVERS.size(), asked.size());
        asked.forEach(line -> assertTrue(line.contains("/health/live"), line));
    }

    @Test
    void hasAStageForEachServerThatCanBeAskedFor() {
        assertEquals(SERVERS, starting("FROM base AS ").stream()
                .map(line -> line.substring("FROM base AS ".length())).toList());
        assertEquals("FROM ${SERVER}", starting("FROM ").getLast());
    }

    @Test
    void namesTheWarAndTheServerAsTheBuildDoes() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        assertTrue(pom.contains("<finalName>image-gen</finalName>"));
        assertTrue(pom.contains("<destFileName>payara-micro.jar</destFileName>"));
        assertEquals(Optional.empty(), lines.stream().filter(line -> line.contains(":latest")).findAny());
    }

    private static List<String> sources(Matcher copy) {
        List<String> paths = List.of(copy.group("paths").trim().split("\\s+"));
        return paths.subList(0, paths.size() - 1).stream().map(path -> path.replaceFirst("^/build/", "")).toList();
    }

    private static boolean isBuilt(String path) {
        return path.equals("target/payara-micro.jar") || path.equals("target/image-gen.war")
                || path.equals(".servers/payara-server-*/payara*") || path.equals(".servers/wildfly-*/wildfly-*")
                || path.equals(".servers/liberty-*/wlp");
    }

    private List<String> starting(String instruction) {
        return lines.stream().filter(line -> line.startsWith(instruction)).toList();
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(DOCKERFILE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

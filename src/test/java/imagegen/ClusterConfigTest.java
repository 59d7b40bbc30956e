package imagegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** No container is started in the tests; that the files of a cluster fit each other can be checked all the same. */
class ClusterConfigTest {

    private static final Path FOLDER = Path.of("server-config/cluster");

    private final Map<String, Map<String, Object>> services = services();
    private final String balancer = text("nginx.conf");

    @Test
    void theBalancerKnowsTheNodesThatAreStartedAndNoOther() {
        Set<String> nodes = services.keySet().stream().filter(name -> name.startsWith("gateway"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> known = Pattern.compile("server (\\S+):8080 ").matcher(balancer).results()
                .map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(3, nodes.size());
        assertEquals(nodes, known);
        assertTrue(balancer.contains("proxy_buffering off;"));
    }

    @Test
    void everyNodeSharesTheRedisThatIsStarted() {
        services.forEach((name, service) -> {
            if (name.startsWith("gateway")) {
                Map<?, ?> environment = (Map<?, ?>) service.get("environment");
                assertEquals("redis", environment.get("IMAGE_GEN_LOG_STORE"));
                assertTrue(environment.get("IMAGE_GEN_REDIS_URL").toString().contains("@redis:6379"));
            }
        });
        assertTrue(services.get("redis").get("command").toString().contains("--maxmemory-policy noeviction"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> services() {
        Map<String, Object> all = new Yaml().load(text("compose.yaml"));
        return (Map<String, Map<String, Object>>) all.get("services");
    }

    private static String text(String name) {
        try {
            return Files.readString(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

package imagegen;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.Attendance;
import imagegen.access.Origins;
import imagegen.backend.BackendConfig;
import imagegen.config.Settings;
import imagegen.delivery.DeliveryConfig;
import imagegen.delivery.websocket.UpdatesEndpoint;
import imagegen.intake.IntakeConfig;
import imagegen.log.Retention;
import imagegen.problem.ProblemType;
import imagegen.redis.RedisConfig;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The README says what the code does: no key, default, endpoint, problem, code, metric or path is wrong or missing. */
class ReadmeTest {

    private static final Path SOURCES = Path.of("src/main/java/imagegen");
    private static final Pattern EMBEDDED_KEY = Pattern.compile("(?:PREFIX \\+ |duration\\(config, )\"([a-z-]+)\"");
    private static final Pattern KEY = Pattern.compile("\"((?:image-gen|mp\\.jwt)\\.[a-z0-9.-]*[a-z0-9])\"");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([^`]+)` \\| (?:`([^`]*)`|-) \\| .+ \\|$", Pattern.MULTILINE);
    private static final Pattern IN_CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+?)(?:#[^)]*)?\\)");

    private final String readme = text("README.md");

    @Test
    void namesEveryKeyThatTheCodeReadsAndNoOther() {
        Set<String> read = new TreeSet<>(all(KEY, sources()));
        all(EMBEDDED_KEY, text(SOURCES.resolve("embedded/Settings.java")))
                .forEach(key -> read.add("image-gen.embedded." + key));
        // Read by the container alone
        read.add("mp.jwt.verify.audiences");
        assertEquals(read, new TreeSet<>(documentedKeys().keySet()));
    }

    @Test
    void givesEveryDefaultAsTheCodeHasIt() throws ReflectiveOperationException {
        Map<String, String> documented = new TreeMap<>(documentedKeys());
        documented.keySet().removeIf(key -> key.startsWith("mp.jwt."));
        Map<String, String> actual = new TreeMap<>(defaults());
        assertEquals(actual.keySet(), documented.keySet());
        actual.forEach((key, value) -> assertEquals(comparable(value), comparable(documented.get(key)), key));
    }

    @Test
    void namesEveryEndpointAndNoOther() {
        Set<String> served = new TreeSet<>();
        String root = "/" + GatewayApplication.class.getAnnotation(ApplicationPath.class).value().replace("/", "");
        for (Class<?> resource : new GatewayApplication().getClasses()) {
            if (resource.isAnnotationPresent(jakarta.ws.rs.Path.class)) {
                for (Method method : resource.getDeclaredMethods()) {
                    verb(method).filter(verb -> !verb.equals("HEAD"))
                            .ifPresent(verb -> served.add(verb + ' ' + root + path(resource) + path(method)));
                }
            }
        }
        served.add("GET " + UpdatesEndpoint.class.getAnnotation(ServerEndpoint.class).value());
        assertEquals(served, new TreeSet<>(firstColumn("### Endpoints")));
    }

    @Test
    void namesEveryProblemUnderItsStatus() {
        Map<String, Set<Integer>> documented = new TreeMap<>();
        for (String row : rows("### Problems")) {
            String[] cells = row.split("\\|");
            List<Integer> statuses = Stream.of(cells[1].split(",")).map(String::strip).map(Integer::valueOf).toList();
            String names = cells[2].replaceAll("\\([^)]*\\)", "");
            all(IN_CODE, names).forEach(name ->
                    documented.computeIfAbsent(name, it -> new TreeSet<>()).addAll(statuses));
        }
        Set<String> names = Arrays.stream(ProblemType.values()).map(ProblemType::slug)
                .collect(toCollection(TreeSet::new));
        assertEquals(names, documented.keySet());
        for (ProblemType type : ProblemType.values()) {
            assertTrue(documented.get(type.slug()).contains(type.status()), type::slug);
        }
    }

    @Test
    void namesEveryPrivateCloseCode() {
        Set<String> sent = new TreeSet<>(all(Pattern.compile("getCloseCode\\((\\d+)\\)"), sources()));
        assertEquals(sent, new TreeSet<>(all(Pattern.compile("^\\| (4\\d\\d\\d) \\|", Pattern.MULTILINE), readme)));
    }

    @Test
    void namesEveryEventOfTheStream() {
        Set<String> sent = new TreeSet<>(all(Pattern.compile("new Notice\\(\"([a-z]+)\""),
                text(SOURCES.resolve("delivery/Notice.java"))));
        sent.add("message");
        assertEquals(sent, new TreeSet<>(firstColumn("### Messages")));
    }

    @Test
    void namesEveryMetricAndNoOther() {
        Set<String> measured = all(Pattern.compile("\"(image\\.gen\\.[a-z.]+)\""), sources()).stream()
                .map(name -> name.replace('.', '_')).collect(toCollection(TreeSet::new));
        Set<String> documented = all(Pattern.compile("`(image_gen_[a-z_]+?)(?:_total|_seconds)?`"), readme).stream()
                .collect(toCollection(TreeSet::new));
        assertEquals(measured, documented);
    }

    @Test
    void everyPathThatAPageNamesExists() throws IOException {
        List<Path> pages;
        try (Stream<Path> site = Files.list(Path.of("src/site/markdown"))) {
            pages = Stream.concat(site, Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
                    .map(Path::of)).toList();
        }
        for (Path page : pages) {
            String words = text(page);
            all(LINK, words).stream().filter(link -> !link.contains(":")).forEach(link -> assertTrue(
                    Files.exists(page.resolveSibling(link)), () -> page + " links to " + link));
            all(Pattern.compile("`((?:src|server-config|\\.ci)/[A-Za-z0-9_./-]+)`"), words).forEach(path -> assertTrue(
                    Files.exists(Path.of(path)), () -> page + " names " + path));
        }
        assertFalse(pages.isEmpty());
    }

    private Map<String, String> documentedKeys() {
        Map<String, String> keys = new LinkedHashMap<>();
        ROW.matcher(section("### All keys")).results().forEach(row ->
                keys.put(row.group(1), Optional.ofNullable(row.group(2)).orElse("-")));
        return keys;
    }

    private static Map<String, String> defaults() throws ReflectiveOperationException {
        Map<String, String> all = new HashMap<>();
        BackendConfig backend = BackendConfig.from(new Settings(
                key -> key.equals(BackendConfig.URL) ? Optional.of("embedded") : Optional.empty()));
        all.put("image-gen.backend.url", "-");
        all.put("image-gen.backend.stream", backend.shared() ? "shared" : "per-user");
        all.put("image-gen.backend.service-token", backend.serviceToken().orElse("-"));
        all.put("image-gen.backend.http-version", backend.http2() ? "2" : "1.1");
        put(all, "image-gen.backend.", backend, "user-field", "events-path", "requests-path", "request-id-parameter",
                "connect-timeout", "read-timeout", "silence-timeout", "probe-interval", "parameters");
        IntakeConfig intake = IntakeConfig.from(new Settings(key -> Optional.empty()));
        put(all, "image-gen.backend.", intake, "poll-interval", "calls", "calls-per-user");
        put(all, "image-gen.limits.", intake, "unknown-requests");
        put(all, "image-gen.intake.", intake, "linger", "reconcile-after", "unknown-after", "reopen-after");
        all.put("image-gen.intake.idempotency-age", intake.keyAge().toString());
        all.put("image-gen.intake.idempotency-keys", String.valueOf(intake.keysPerUser()));
        all.put("image-gen.log.store", RedisConfig.wanted(new Settings(key -> Optional.empty())) ? "redis" : "memory");
        all.put("image-gen.redis.url", "-");
        put(all, "image-gen.redis.", RedisConfig.from(new Settings(
                key -> key.equals(RedisConfig.URL) ? Optional.of("redis://localhost") : Optional.empty())),
                "timeout", "prefix");
        put(all, "image-gen.log.", Retention.DEFAULT, "max-updates", "max-bytes", "max-age", "total-bytes");
        put(all, "image-gen.", DeliveryConfig.DEFAULT, "heartbeat", "retry", "drain");
        put(all, "image-gen.delivery.", DeliveryConfig.DEFAULT, "stall-timeout");
        put(all, "image-gen.limits.", DeliveryConfig.DEFAULT, "polls-per-minute");
        put(all, "image-gen.rollout.", DeliveryConfig.DEFAULT, "move-over");
        injected(all, Attendance.class);
        injected(all, Origins.class);
        embedded(all);
        rollout(all);
        return all;
    }

    /** The components of a record whose names are the keys' in camel case. */
    private static void put(Map<String, String> all, String prefix, Record values, String... keys)
            throws ReflectiveOperationException {
        for (String key : keys) {
            all.put(prefix + key, String.valueOf(component(values, camelCase(key))));
        }
    }

    private static void injected(Map<String, String> all, Class<?> bean) {
        Arrays.stream(bean.getConstructors()).flatMap(it -> Arrays.stream(it.getParameters()))
                .flatMap(it -> Stream.ofNullable(it.getAnnotation(ConfigProperty.class)))
                .forEach(it -> all.put(it.name(),
                        it.defaultValue().equals(ConfigProperty.UNCONFIGURED_VALUE) ? "-" : it.defaultValue()));
    }

    /** Its settings are its own affair, so that they can't be seen from here by ordinary means. */
    private static void embedded(Map<String, String> all) throws ReflectiveOperationException {
        Config empty = (Config) Proxy.newProxyInstance(ReadmeTest.class.getClassLoader(), new Class<?>[] {Config.class},
                (proxy, method, arguments) -> Optional.empty());
        Class<?> type = Class.forName("imagegen.embedded.Settings");
        Method of = type.getDeclaredMethod("of", Config.class);
        of.setAccessible(true);
        Record settings = (Record) of.invoke(null, empty);
        for (RecordComponent component : type.getRecordComponents()) {
            String key = component.getName().equals("stall") ? "stall-timeout"
                    : component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            all.put("image-gen.embedded." + key, String.valueOf(component(settings, component.getName())));
        }
        all.put("image-gen.embedded.url", "-");
        all.put("image-gen.embedded.images-url", "-");
        all.put("image-gen.embedded.public", "false");
    }

    private static void rollout(Map<String, String> all) throws ReflectiveOperationException {
        var rules = Class.forName("imagegen.rollout.Rules").getDeclaredField("DEFAULT");
        rules.setAccessible(true);
        Record defaults = (Record) rules.get(null);
        all.put("image-gen.transport", ((Optional<?>) component(defaults, "fixed")).map(ReadmeTest::lower).orElse(""));
        all.put("image-gen.rollout.sse-percentage", String.valueOf((int) component(defaults, "tenThousandths") / 100));
        all.put("image-gen.rollout.users", ((Set<?>) component(defaults, "users")).isEmpty() ? "-" : "names");
        all.put("image-gen.rollout.otherwise", lower(component(defaults, "otherwise")));
        all.put("image-gen.rollout.file", all(Pattern.compile("orElse\\(\"([^\"]+)\"\\)"),
                text(SOURCES.resolve("rollout/RolloutFile.java"))).getFirst());
    }

    /** PT1M is PT60S. */
    private static String comparable(String value) {
        return value.startsWith("PT") ? Duration.parse(value).toString() : value;
    }

    private static Object component(Record values, String name) throws ReflectiveOperationException {
        Method accessor = values.getClass().getDeclaredMethod(name);
        accessor.setAccessible(true);
        return accessor.invoke(values);
    }

    private static String lower(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT);
    }

    private static String camelCase(String key) {
        return Pattern.compile("-([a-z])").matcher(key).replaceAll(it -> it.group(1).toUpperCase(Locale.ROOT));
    }

    private static Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .flatMap(it -> Stream.ofNullable(it.annotationType().getAnnotation(HttpMethod.class)))
                .map(HttpMethod::value).findFirst();
    }

    private static String path(AnnotatedElement element) {
        var path = element.getAnnotation(jakarta.ws.rs.Path.class);
        return path == null ? "" : "/" + path.value().replaceFirst("^/", "");
    }

    private List<String> firstColumn(String heading) {
        return all(Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE), section(heading));
    }

    /** The rows of the first table under that heading whose first cell is a number, or several. */
    private List<String> rows(String heading) {
        return section(heading).lines().filter(line -> line.matches("\\| [0-9, ]+ \\|.*")).toList();
    }

    private String section(String heading) {
        int start = readme.indexOf("\n" + heading + "\n");
        assertTrue(start >= 0, () -> "the README has no section " + heading);
        int end = readme.indexOf("\n#", start + heading.length());
        return readme.substring(start, end < 0 ? readme.length() : end);
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static String sources() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return String.join("\n", files.filter(file -> file.toString().endsWith(".java")).map(ReadmeTest::text)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String file) {
        return text(Path.of(file));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package imagegen.bench;

import imagegen.it.Issuer;
import imagegen.server.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The WAR and the container's own ways on a server, in a process of its own that runs on this JDK. */
final class Gateway implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final int port;
    private final Path log;
    private final Path rollout;
    private final HttpClient client = HttpClient.newHttpClient();
    private String transport = "sse";

    private Gateway(Process process, int port, Path log, Path rollout) {
        this.process = process;
        this.port = port;
        this.log = log;
        this.rollout = rollout;
    }

    /**
     * Starts it on a free port of the loopback address, and returns when it answers.
     *
     * @param name of its folder and its log
     * @param more of the environment
     */
    static Gateway start(Settings settings, String name, int backendPort, Tokens tokens, Map<String, String> more)
            throws IOException, InterruptedException {
        Path target = settings.project().resolve("target");
        Path folder = Files.createDirectories(target.resolve("bench"));
        Path key = folder.resolve("public-key.pem");
        tokens.writePublicKey(key);
        Path rollout = Files.writeString(folder.resolve("rollout.properties"), flag("sse"));
        Path log = folder.resolve(name + ".log");
        Server server = Server.chosen();
        int port = server.freePort();
        ProcessBuilder builder = server.serving(war(target, folder), new Server.Ports(port), folder.resolve(name),
                        settings.jvm())
                .redirectOutput(log.toFile());
        builder.environment().putAll(Map.of(
                "IMAGE_GEN_BACKEND_URL", "http://127.0.0.1:" + backendPort,
                "IMAGE_GEN_BACKEND_STREAM", "shared",
                "IMAGE_GEN_LIMITS_POLLS_PER_MINUTE", "1000000",
                "IMAGE_GEN_BACKEND_SERVICE_TOKEN", tokens.ofTheService(),
                "IMAGE_GEN_ROLLOUT_FILE", rollout.toString(),
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION", key.toUri().toString(),
                "MP_JWT_VERIFY_ISSUER", Issuer.NAME));
        builder.environment().putAll(more);
        Gateway gateway = new Gateway(builder.start(), port, log, rollout);
        gateway.awaitReady();
        return gateway;
    }

    /** A copy of the WAR with the classes of {@code container} in it. */
    private static Path war(Path target, Path folder) throws IOException {
        Path copy = folder.resolve("image-gen-bench.war");
        Files.copy(target.resolve("image-gen.war"), copy, StandardCopyOption.REPLACE_EXISTING);
        String packageName = (Gateway.class.getPackageName() + ".container").replace('.', '/');
        Path classes = target.resolve("test-classes").resolve(packageName);
        try (FileSystem archive = FileSystems.newFileSystem(copy); Stream<Path> files = Files.list(classes)) {
            Path inside = Files.createDirectories(archive.getPath("WEB-INF", "classes", packageName));
            files.forEach(file -> {
                try {
                    Files.copy(file, inside.resolve(file.getFileName().toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return copy;
    }

    private void awaitReady() throws IOException, InterruptedException {
        // The gateway asks who is calling; anything else answers 404
        if (!answers(transport(""), answer -> answer.statusCode() == 401)) {
            close();
            throw new IllegalStateException("the server did not come up, see " + log);
        }
    }

    /** Sets the flag, and returns when it is obeyed. */
    void serve(String wanted, String token) throws IOException, InterruptedException {
        if (wanted.equals(transport)) {
            return;
        }
        transport = wanted;
        Files.writeString(rollout, flag(wanted));
        if (!answers(transport(token), answer -> answer.body().contains("\"" + wanted + "\""))) {
            throw new IllegalStateException("the server does not obey its flag, see " + log);
        }
    }

    private static String flag(String transport) {
        return "image-gen.transport=" + transport + "\n";
    }

    private HttpRequest transport(String token) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/image-gen/transport"))
                .header("Authorization", "Bearer " + token).timeout(Duration.ofSeconds(5)).build();
    }

    private boolean answers(HttpRequest request, Predicate<HttpResponse<String>> wanted) throws InterruptedException {
        long begun = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - begun < PATIENCE.toNanos()) {
            try {
                if (wanted.test(client.send(request, BodyHandlers.ofString()))) {
                    return true;
                }
            } catch (IOException notYet) {
                // Refused until it listens
            }
            Thread.sleep(200);
        }
        return false;
    }

    int port() {
        return port;
    }

    /** User and system time of all its threads so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@code mvn -Prun} runs: the WAR on Payara Micro, on loopback, with the embedded backend. Ends with Ctrl-C.
 *
 * <p>Arguments: payara-micro.jar, image-gen.war, the server-config folder, the port. An environment variable of the
 * configuration, as IMAGE_GEN_BACKEND_URL, wins over the embedded defaults.
 */
final class Serve {

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    public static void main(String[] args) throws IOException, InterruptedException {
        Path payara = Path.of(args[0]).toAbsolutePath();
        Path war = Path.of(args[1]).toAbsolutePath();
        Path config = Path.of(args[2]).toAbsolutePath();
        int port = port(args[3]);
        Process server = start(payara, war, config, port);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
        String address = "http://" + LOOPBACK + ":" + port + "/";
        if (answers(address, server)) {
            System.out.println();
            System.out.println("The image-gen gateway is ready: " + address + "  (Ctrl-C ends it)");
            System.out.println();
        }
        System.exit(server.waitFor());
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port));
                return port;
            }
        } catch (NumberFormatException e) {
            throw refuse("-Dport takes a number, not '" + text + "'.");
        } catch (IllegalArgumentException e) {
            throw refuse("-Dport takes a number from 1 to 65535, not " + text + ".");
        } catch (IOException taken) {
            throw refuse("Port " + text + " is taken: choose another with -Dport=, as in  mvn -Prun -Dport=8081");
        }
    }

    private static Error refuse(String message) {
        System.err.println(message);
        System.exit(1);
        return new Error(message);
    }

    private static Process start(Path payara, Path war, Path config, int port) throws IOException {
        Path workplace = payara.getParent();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + config.resolve("jvm.options"), "-Djava.awt.headless=true", "-jar", payara.toString(),
                "--prebootcommandfile", config.resolve("payara-loopback.txt").toString(),
                "--nohazelcast", "--disablephonehome",
                "--port", String.valueOf(port), "--deploy", war.toString(), "--contextroot", "/"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(workplace.toFile()).inheritIO();
        Map<String, String> environment = builder.environment();
        environment.putIfAbsent("IMAGE_GEN_BACKEND_URL", "embedded");
        environment.putIfAbsent("IMAGE_GEN_ROLLOUT_FILE", config.resolve("rollout.properties").toString());
        return builder.start();
    }

    /** A failed deployment leaves the server up, so that only the gateway's own answer counts. */
    private static boolean answers(String address, Process server) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "api/image-gen/transport"))
                .timeout(Duration.ofSeconds(5)).build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (server.isAlive() && System.nanoTime() - deadline < 0) {
                try {
                    // The gateway asks who is calling; anything else answers 404
                    if (client.send(request, BodyHandlers.discarding()).statusCode() == 401) {
                        return true;
                    }
                } catch (IOException notYet) {
                    // Refused until it listens
                }
                Thread.sleep(200);
            }
        }
        if (server.isAlive()) {
            System.err.println("The gateway did not come up within " + PATIENCE.toMinutes()
                    + " minutes; what the server printed above says why.");
            server.destroy();
        }
        return false;
    }

    private static void stop(Process server) {
        server.destroy();
        try {
            server.waitFor();
        } catch (InterruptedException e) {
            server.destroyForcibly();
        }
    }
}

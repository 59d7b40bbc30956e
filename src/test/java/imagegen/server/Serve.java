package imagegen.server;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What {@code mvn -Prun} runs: the WAR on a server, on loopback, with the embedded backend. Ends with Ctrl-C, and with
 * the Maven that began it.
 *
 * <p>Arguments: the server's name and home, image-gen.war, the port. An environment variable of the configuration, as
 * IMAGE_GEN_BACKEND_URL, wins over the embedded defaults.
 */
final class Serve {

    static final Duration PATIENCE = Duration.ofMinutes(3);

    private Serve() {
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Server server = Server.of(args[0], Path.of(args[1]));
        Path war = Path.of(args[2]).toAbsolutePath();
        int port = port(args[3]);
        ProcessBuilder builder = server.serving(war, new Server.Ports(port), war.resolveSibling("run"), List.of())
                .redirectErrorStream(false).redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.putIfAbsent("IMAGE_GEN_BACKEND_URL", "embedded");
        environment.putIfAbsent("IMAGE_GEN_ROLLOUT_FILE", Folders.config("rollout.properties").toString());
        environment.putIfAbsent("IMAGE_GEN_EMBEDDED_KEY_FILE",
                war.resolveSibling("image-gen-dev-key.pem").toString());
        Process process = new Ward(builder.start()).process();
        URI address = URI.create("http://" + Server.HOST + ":" + port + "/");
        if (Answer.of(address).awaited(process, PATIENCE)) {
            System.out.println();
            System.out.println("The image-gen gateway is ready: " + address + "  (Ctrl-C ends it)");
            System.out.println();
        } else if (process.isAlive()) {
            System.err.println("The gateway did not come up within " + PATIENCE.toMinutes()
                    + " minutes; what the server printed above says why.");
            process.destroy();
        }
        System.exit(process.waitFor());
    }

    /** One that nobody has; refuses another in words. */
    static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getByName(Server.HOST), port));
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
}

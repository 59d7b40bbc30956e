package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The server as an operator starts and stops it: what SIGTERM does can't be seen from inside. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no SIGTERM")
class ShutdownIT {

    private static final int STREAMS = 4;
    private static final int RETRY = 3000;

    @TempDir
    private Path folder;
    private Process server;

    @AfterEach
    void kill() {
        if (server != null) {
            server.destroyForcibly();
        }
    }

    @Test
    void endsEveryStreamInItsTurnAndTellsEachAnotherTimeToComeBack() throws Exception {
        Gateway gateway = start("PT2S");
        String token = Gateway.json(gateway.send(gateway.request("api/embedded/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=alice")))).getString("access_token");
        List<EventStream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(gateway.events("", token));
            streams.getLast().next();
        }

        server.destroy();

        Set<Integer> times = new HashSet<>();
        for (EventStream stream : streams) {
            EventStream.Event farewell = stream.next("drain");
            int retry = farewell.json().getInt("retry");
            assertEquals(String.valueOf(retry), farewell.retry());
            assertTrue(retry >= RETRY && retry <= 2 * RETRY, () -> "retry: " + retry);
            times.add(retry);
            stream.next("end");
        }
        assertTrue(times.size() > 1, times::toString);
        assertTrue(server.waitFor(20, TimeUnit.SECONDS), "the server goes when nobody is left");
    }

    private Gateway start(String drain) throws IOException {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true", "-jar", System.getProperty("payara.microJar"),
                "--prebootcommandfile", Path.of("server-config", "payara-loopback.txt").toAbsolutePath().toString(),
                "--nohazelcast", "--disablephonehome", "--port", String.valueOf(port),
                "--deploy", System.getProperty("image-gen.war"), "--contextroot", "/")
                .directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("IMAGE_GEN_BACKEND_URL", "embedded");
        builder.environment().put("IMAGE_GEN_DRAIN", drain);
        builder.environment().put("IMAGE_GEN_ROLLOUT_FILE", folder.resolve("rollout.properties").toString());
        server = builder.start();
        BufferedReader output = server.inputReader();
        for (String line = output.readLine(); line == null || !line.contains("ready in"); line = output.readLine()) {
            assertTrue(line != null, "the server ended before it was ready");
        }
        Thread.ofVirtual().start(() -> swallow(output));
        return new Gateway(URI.create("http://127.0.0.1:" + port + "/").toURL());
    }

    /** What nobody reads would in the end stop the server. */
    private static void swallow(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // Of no interest
            }
        } catch (IOException theServerIsGone) {
            // And its output with it
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

package imagegen.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** In a JVM of its own, on a server that announces nothing. */
class ServerStopTest {

    @Test
    void theJvmWaitsForIt() throws IOException {
        assertEquals("drained", said("stay"));
    }

    @Test
    void anApplicationThatHasGoneIsForgotten() throws IOException {
        assertEquals("", said("go"));
    }

    private static String said(String what) throws IOException {
        Process server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath", String.join(File.pathSeparator, "target/classes", "target/test-classes"),
                Server.class.getName(), what).redirectError(Redirect.DISCARD).start();
        return new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    static final class Server {

        public static void main(String[] args) {
            ServerStop stop = ServerStop.before(() -> System.out.print("drained"));
            if (args[0].equals("go")) {
                stop.close();
            }
        }
    }
}

package imagegen.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Three processes as with {@code mvn -Prun}: Maven, which starts {@link Serve}, which starts a server. */
class WardTest {

    @Test
    void aServerGoesWhenTheMavenIsEndedThatBeganIt() throws Exception {
        Process maven = start(Maven.class, Redirect.PIPE);
        ProcessHandle server = server(maven);

        maven.destroy();

        server.onExit().get(60, TimeUnit.SECONDS);
    }

    @Test
    void alsoWhenMavenHadNoTimeToSaySo() throws Exception {
        Process maven = start(Maven.class, Redirect.PIPE);
        ProcessHandle server = server(maven);

        maven.destroyForcibly();

        server.onExit().get(60, TimeUnit.SECONDS);
    }

    private static ProcessHandle server(Process maven) throws IOException {
        BufferedReader said = maven.inputReader();
        ProcessHandle server = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
        assertTrue(server.isAlive());
        return server;
    }

    private static Process start(Class<?> main, Redirect output) throws IOException {
        return new ProcessBuilder(Folders.java(), "-XX:TieredStopAtLevel=1", "-classpath",
                System.getProperty("java.class.path"), main.getName())
                .redirectError(Redirect.DISCARD).redirectOutput(output).start();
    }

    static final class Maven {

        public static void main(String[] args) throws Exception {
            start(Guardian.class, Redirect.INHERIT).waitFor();
        }
    }

    static final class Guardian {

        public static void main(String[] args) throws Exception {
            Process server = new Ward(start(Sleeper.class, Redirect.DISCARD)).process();
            System.out.println(server.pid());
            server.waitFor();
        }
    }

    /** For a minute, so that nothing is left behind where the test fails. */
    static final class Sleeper {

        public static void main(String[] args) throws InterruptedException {
            Thread.sleep(90_000);
        }
    }
}

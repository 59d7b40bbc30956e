package imagegen.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** An application server, of which as many processes may be started as there are folders for them. */
public sealed interface Server permits PayaraMicro, PayaraServer, WildFly, OpenLiberty {

    /** The host that a server listens on; the other ports that it opens are closed, or on loopback as well. */
    String HOST = "127.0.0.1";

    /**
     * @param name as in {@code -Dserver}
     * @param home where the build has put what came from Maven Central
     */
    static Server of(String name, Path home) {
        return switch (name) {
            case "payara-micro" -> new PayaraMicro(home);
            case "payara-server" -> new PayaraServer(home);
            case "wildfly" -> new WildFly(home);
            case "liberty" -> new OpenLiberty(home);
            default -> throw new IllegalArgumentException("no server is called " + name
                    + ": payara-micro, payara-server, wildfly and liberty are");
        };
    }

    /** The one that the build was asked for, which tells the tests by system properties. */
    static Server chosen() {
        return of(System.getProperty("server", "payara-micro"),
                Path.of(System.getProperty("server.home", "target/payara-micro.jar")));
    }

    /**
     * The command that serves a WAR at the root of {@link #HOST}, on this JDK; it may be given an environment. The
     * server runs in that process or, where it is begun by a script that waits for it, in a child.
     *
     * @param ports    free ones
     * @param folder   for what this process writes and for its copy of the server's configuration; what is in it is
     *                 replaced
     * @param jvmFlags as for the {@code java} command, in addition to those of {@code server-config/jvm.options}
     */
    ProcessBuilder serving(Path war, Ports ports, Path folder, List<String> jvmFlags) throws IOException;

    /**
     * Where it listens.
     *
     * @param http one that {@link #freePort()} gave
     * @param tls  the same, where it is to speak TLS as well, with a certificate of its own making
     */
    record Ports(int http, OptionalInt tls) {

        public Ports(int http) {
            this(http, OptionalInt.empty());
        }
    }

    /** A port of the loopback address that nobody has. */
    default int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the health of a server that serves there is told. */
    default URI health(URI served) {
        return served.resolve("/health/");
    }
}

package imagegen;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Payara Micro in a process of its own, as the README starts it, but on loopback. */
public final class PayaraMicro {

    private PayaraMicro() {
    }

    /** The command that serves the WAR at the root of that port, on this JDK; it may be given an environment. */
    public static ProcessBuilder serving(Path war, int port, List<String> jvm) {
        Path project = Path.of("").toAbsolutePath();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-Djava.awt.headless=true", "-jar", project.resolve("target/payara-micro.jar").toString(),
                "--prebootcommandfile", project.resolve("server-config/payara-loopback.txt").toString(),
                "--nohazelcast", "--disablephonehome", "--port", String.valueOf(port),
                "--deploy", war.toString(), "--contextroot", "/"));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** A port of the loopback address that nobody has. */
    public static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

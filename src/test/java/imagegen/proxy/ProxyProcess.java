package imagegen.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/** A proxy on a free port of the loopback address, until it is closed. */
final class ProxyProcess implements AutoCloseable {

    private final Process process;
    private final URI uri;

    private ProxyProcess(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** Starts it; it may take a moment until it listens. Its log and its folder are under {@code target/proxies}. */
    static ProxyProcess start(Kind kind, URI gateway) {
        return start(kind, kind.name().toLowerCase(Locale.ROOT),
                (folder, port) -> kind.configuration(folder, port, gateway.getPort()));
    }

    /** @param configuration given the folder to write to and the port to listen on */
    static ProxyProcess start(Kind kind, String name, BiFunction<Path, Integer, String> configuration) {
        try {
            Path folder = Path.of("target", "proxies", name).toAbsolutePath();
            Files.createDirectories(folder);
            int port = freePort();
            Path file = Files.writeString(folder.resolve("proxy.conf"), configuration.apply(folder, port));
            Process process = new ProcessBuilder(kind.command(kind.program().orElseThrow().toString(), folder, file))
                    .redirectErrorStream(true).redirectOutput(Redirect.to(folder.resolve("log").toFile())).start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new ProxyProcess(process, URI.create("http://127.0.0.1:" + port + "/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    URI uri() {
        return uri;
    }

    boolean runs() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }
}

package imagegen.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A WAR on the chosen server as an operator runs it, with an environment; any number of times one after the other. */
public final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** A server that lives for a minute is up sooner without the optimizing compiler. */
    private static final List<String> JVM_FLAGS = List.of("-XX:TieredStopAtLevel=1");

    private final Server server = Server.chosen();
    private final Map<String, String> environment = new TreeMap<>();
    private final Path folder;
    private final Path log;
    private final int port = server.freePort();
    private OptionalInt tlsPort = OptionalInt.empty();
    private Path war = Path.of(System.getProperty("image-gen.war"));
    private Answer answer = Answer.of(uri());
    private Process process;

    private ServerProcess(String name) {
        Path target = Path.of("target").toAbsolutePath();
        folder = target.resolve("servers").resolve(name);
        log = target.resolve(name + ".log");
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param name of the log under {@code target}, and of the server's folder under {@code target/servers} */
    public static ServerProcess named(String name) {
        return new ServerProcess(name);
    }

    /** @param key as in the documentation; handed over as an environment variable */
    public ServerProcess with(String key, Object value) {
        environment.put(key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"), value.toString());
        return this;
    }

    /** Another WAR than the one that the build made. */
    public ServerProcess serving(Path otherWar) {
        war = otherWar;
        return this;
    }

    /** For a WAR that is not the gateway: it is there when that path answers with that status. */
    public ServerProcess answering(String path, int status) {
        answer = new Answer(uri().resolve(path), status);
        return this;
    }

    /** Speaks TLS as well. */
    public ServerProcess withTls() {
        tlsPort = OptionalInt.of(server.freePort());
        return this;
    }

    /** Where it is served {@link #withTls}. */
    public URI tlsUri() {
        return URI.create("https://" + Server.HOST + ":" + tlsPort.orElseThrow() + "/");
    }

    public URI uri() {
        return URI.create("http://" + Server.HOST + ":" + port + "/");
    }

    /** Starts it, for the first time or again, and returns when the application answers. */
    public ServerProcess start() {
        try {
            ProcessBuilder builder = server.serving(war, new Server.Ports(port, tlsPort), folder, JVM_FLAGS)
                    .redirectOutput(Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
            if (!answer.awaited(process, PATIENCE)) {
                String said = said();
                close();
                throw new AssertionError("the server did not come up; it said\n" + said);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /** As {@code kill} does, and service managers do first: it may say good-bye. */
    public ServerProcess terminate() {
        process.destroy();
        return this;
    }

    /** As {@code kill -9} does. */
    public ServerProcess kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return this;
    }

    /** As a long pause of the collector or of the machine does; until {@link #goOn}, or its end. */
    public ServerProcess pause() {
        Signal.STOP.to(process);
        return this;
    }

    public ServerProcess goOn() {
        Signal.CONT.to(process);
        return this;
    }

    /** Whether {@code /health/ready}, wherever this server has it, says that callers may be sent here. */
    public boolean healthy() {
        return new Answer(server.health(uri()).resolve("ready"), 200).comes();
    }

    public boolean runs() {
        return process != null && process.isAlive();
    }

    /** Waits for its end. */
    public ServerProcess ended() {
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the server does not end; it said\n" + said());
            }
            return this;
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /** What it printed since its first start. */
    public String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            kill().ended();
        }
    }
}

package imagegen.it;

import imagegen.PayaraMicro;
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
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The WAR as an operator runs it: {@code java -jar payara-micro.jar} with an environment. For what happens when a
 * server goes and comes, which a server in the hands of a test framework can't show.
 */
final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Map<String, String> environment = new TreeMap<>();
    private final Path log;
    private final int port = PayaraMicro.freePort();
    private Process process;

    private ServerProcess(String name) {
        log = Path.of("target", name + ".log").toAbsolutePath();
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param name of the log under {@code target} */
    static ServerProcess named(String name) {
        return new ServerProcess(name);
    }

    /** @param key as in the documentation; handed over as an environment variable */
    ServerProcess with(String key, Object value) {
        environment.put(key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"), value.toString());
        return this;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** Starts it, for the first time or again, and returns when the gateway answers. */
    ServerProcess start() {
        Path war = Path.of(System.getProperty("image-gen.war"));
        ProcessBuilder builder = PayaraMicro.serving(war, port, List.of(System.getProperty("payara.cmdOptions")))
                .directory(war.getParent().toFile()).redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Gateway gateway = new Gateway(uri());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        // The gateway asks who is calling; a server without it answers 404, and before that nothing
        while (!gateway.answers("api/image-gen/transport", 401)) {
            if (endedWithin(LOOK_AGAIN) || System.nanoTime() - deadline > 0) {
                throw new AssertionError("the server did not come up; it said\n" + said());
            }
        }
        return this;
    }

    /** As {@code kill} does, and service managers do first: it may say good-bye. */
    ServerProcess terminate() {
        process.destroy();
        return this;
    }

    /** As {@code kill -9} does. */
    ServerProcess kill() {
        process.destroyForcibly();
        return this;
    }

    boolean runs() {
        return process != null && process.isAlive();
    }

    /** Waits for its end. */
    ServerProcess ended() {
        if (!endedWithin(PATIENCE)) {
            throw new AssertionError("the server does not end; it said\n" + said());
        }
        return this;
    }

    private boolean endedWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private String said() {
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

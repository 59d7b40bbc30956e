package imagegen.redis;

import imagegen.server.Signal;
import imagegen.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.embedded.RedisExecProvider;

/** A real Redis in a process of its own, on a port of its own; it keeps nothing on disk unless told so. */
public final class RedisProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static Path executable;

    private final List<String> command = new ArrayList<>();
    private final Path directory;
    private final int port;
    private Process process;

    private RedisProcess(int port, List<String> before, List<String> options) throws IOException {
        this.port = port;
        this.directory = Files.createTempDirectory("image-gen-redis");
        command.add(executable().toString());
        command.addAll(before);
        Collections.addAll(command, "--port", Integer.toString(port), "--bind", "127.0.0.1",
                "--dir", directory.toString(), "--save", "", "--repl-diskless-sync-delay", "0", "--loglevel",
                "warning");
        command.addAll(options);
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    /** @param options as on Redis' command line */
    public static RedisProcess start(String... options) {
        try {
            RedisProcess redis = new RedisProcess(freePort(), List.of(), List.of(options));
            redis.startAgain();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that watches over a server, and alone decides within a second that another is to take its place. */
    public static RedisProcess sentinel(String name, int port) {
        try {
            Path config = Files.createTempDirectory("image-gen-redis").resolve("sentinel.conf");
            Files.write(config, List.of("sentinel monitor " + name + " 127.0.0.1 " + port + " 1",
                    "sentinel down-after-milliseconds " + name + " 500", "sentinel failover-timeout " + name + " 3000"));
            RedisProcess sentinel = new RedisProcess(freePort(), List.of(config.toString(), "--sentinel"), List.of());
            sentinel.startAgain();
            return sentinel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The gateway's way to a Redis, on daemon threads; still to be started. */
    public static Redis client(String url, Duration timeout) {
        return new Redis(RedisConfig.of(url, "test", timeout), Time.system(), task -> {
            Thread thread = new Thread(task, "redis");
            thread.setDaemon(true);
            return thread;
        });
    }

    public int port() {
        return port;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** After {@link #kill}. */
    public void startAgain() {
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile()).start();
            long began = System.nanoTime();
            while (!answers()) {
                if (!process.isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw new IllegalStateException("Redis does not start: "
                            + Files.readString(directory.resolve("log")));
                }
                Thread.sleep(20);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As SIGKILL does. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** It hangs: takes connections and says nothing. */
    public void pause() {
        Signal.STOP.to(process);
    }

    public void goOn() {
        Signal.CONT.to(process);
    }

    /** User and system time so far. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    public String version() {
        return tell("INFO", "server").lines().filter(line -> line.startsWith("redis_version:"))
                .map(line -> line.substring(line.indexOf(':') + 1)).findFirst().orElseThrow();
    }

    /** One command; its answer as it is on the wire. */
    public String tell(String... words) {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            request.append('$').append(word.getBytes(StandardCharsets.UTF_8).length).append("\r\n").append(word)
                    .append("\r\n");
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 16];
            int length = in.read(buffer);
            return new String(buffer, 0, Math.max(0, length), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        try (var files = Files.walk(directory)) {
            files.sorted(Collections.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        try {
            String answer = tell("PING");
            return answer.startsWith("+PONG") || answer.startsWith("-NOAUTH");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static synchronized Path executable() throws IOException {
        if (executable == null) {
            executable = RedisExecProvider.defaultProvider().get().toPath();
        }
        return executable;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

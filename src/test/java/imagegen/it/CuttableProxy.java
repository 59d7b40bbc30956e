package imagegen.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A line between browser and server that breaks on command. Plain TCP on loopback: what goes over it is not changed.
 *
 * <p>All methods may be called from any thread.
 */
final class CuttableProxy implements AutoCloseable {

    private static final Pattern HEAD = Pattern.compile("(GET|POST|PUT|DELETE|HEAD) \\S+ HTTP/1\\.1\r\n.*?\r\n\r\n",
            Pattern.DOTALL);

    private final URI server;
    private final int port;

    // Guarded by this
    private final Set<Line> lines = new HashSet<>();
    private final List<ByteArrayOutputStream> sent = new ArrayList<>();
    private ServerSocket listening;
    private Optional<String> blocked = Optional.empty();
    private boolean stalled;

    private CuttableProxy(URI server) {
        this.server = server;
        listen(0);
        port = listening.getLocalPort();
    }

    static CuttableProxy to(URI server) {
        return new CuttableProxy(server);
    }

    /** The server's address, seen from this side. */
    URI uri() {
        return URI.create("http://127.0.0.1:" + port + server.getRawPath());
    }

    /** Resets every connection; new ones may be made. */
    synchronized CuttableProxy cut() {
        Set.copyOf(lines).forEach(Line::reset);
        return this;
    }

    /** Resets every connection and refuses new ones, until {@link #flow}. */
    synchronized CuttableProxy refuse() {
        close(listening);
        return cut();
    }

    /** What is under way stays there, new connections are taken and never answered; until {@link #flow}. */
    synchronized CuttableProxy stall() {
        stalled = true;
        return this;
    }

    /** Resets whatever connection asks for that path; until {@link #flow}. */
    synchronized CuttableProxy block(String path) {
        blocked = Optional.of(path);
        return this;
    }

    /** As a line should be. */
    synchronized CuttableProxy flow() {
        blocked = Optional.empty();
        stalled = false;
        notifyAll();
        if (listening.isClosed()) {
            listen(port);
        }
        return this;
    }

    /** How many connections have been made since the start. */
    synchronized int accepted() {
        return sent.size();
    }

    /** The heads of all requests so far whose first line contains that. */
    synchronized List<String> requests(String part) {
        return sent.stream().map(it -> it.toString(StandardCharsets.ISO_8859_1))
                .flatMap(text -> HEAD.matcher(text).results()).map(MatchResult::group)
                .filter(head -> head.lines().findFirst().orElseThrow().contains(part)).toList();
    }

    @Override
    public synchronized void close() {
        flow();
        refuse();
    }

    private synchronized void listen(int wanted) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            bind(socket, wanted);
            listening = socket;
            Thread.ofVirtual().start(() -> accept(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The system may take a moment to give a port back. */
    private static void bind(ServerSocket socket, int port) throws IOException {
        long deadline = System.nanoTime() + EventStream.PATIENCE.toNanos();
        while (true) {
            try {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return;
            } catch (BindException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                serve(socket.accept());
            }
        } catch (IOException closed) {
            // Refusing from now on
        }
    }

    private void serve(Socket browser) {
        try {
            Line line = new Line(browser, new Socket(server.getHost(), server.getPort()));
            synchronized (this) {
                if (listening.isClosed()) {
                    line.reset();
                    return;
                }
                lines.add(line);
                sent.add(line.said);
            }
            Thread.ofVirtual().start(() -> line.carry(browser, line.server));
            Thread.ofVirtual().start(() -> line.carry(line.server, browser));
        } catch (IOException e) {
            close(browser);
        }
    }

    /** Waits while stalled; answers whether these bytes may pass. */
    private synchronized boolean passes(Line line, Socket from, byte[] bytes, int length) throws InterruptedException {
        while (stalled) {
            wait();
        }
        if (from == line.browser) {
            line.said.write(bytes, 0, length);
            String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            return blocked.filter(path -> text.lines().anyMatch(it -> it.endsWith("HTTP/1.1") && it.contains(path)))
                    .isEmpty();
        }
        return true;
    }

    private static void close(AutoCloseable it) {
        try {
            it.close();
        } catch (Exception e) {
            // It was closed already
        }
    }

    private final class Line {

        private final Socket browser;
        private final Socket server;
        /** Guarded by the proxy. */
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();

        Line(Socket browser, Socket server) throws IOException {
            this.browser = browser;
            this.server = server;
            browser.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void carry(Socket from, Socket to) {
            byte[] bytes = new byte[16_384];
            try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
                for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                    if (!passes(this, from, bytes, length)) {
                        reset();
                        return;
                    }
                    out.write(bytes, 0, length);
                }
            } catch (IOException e) {
                // One end has gone; so goes the other
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                end();
            }
        }

        void reset() {
            for (Socket socket : List.of(browser, server)) {
                try {
                    socket.setSoLinger(true, 0);
                } catch (IOException e) {
                    // It was closed already
                }
            }
            end();
        }

        private void end() {
            close(browser);
            close(server);
            synchronized (CuttableProxy.this) {
                lines.remove(this);
            }
        }
    }
}

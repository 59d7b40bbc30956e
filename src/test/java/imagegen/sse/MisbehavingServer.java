package imagegen.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/1.1 server on a loopback port that does to its clients what it is told, one behaviour for each request in
 * turn. Without one it leaves the request unanswered.
 */
final class MisbehavingServer implements AutoCloseable {

    private static final int FIRST_PORT = 21000;
    private static final int LAST_PORT = 21099;

    /** What a client asked. */
    record Request(String line, Map<String, String> headers) {

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    /** A connection as it looks from this side. */
    interface Exchange {

        void send(byte[] bytes) throws IOException;

        default void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Waits until the client has closed its side. */
        void untilTheClientCloses() throws IOException;

        void reset() throws IOException;
    }

    /** What to do with a request; the connection is closed when it returns. */
    interface Behaviour {
        void serve(Exchange exchange) throws Exception;
    }

    private final ServerSocket socket;
    private final BlockingQueue<Behaviour> behaviours = new LinkedBlockingQueue<>();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> clientsGone = new LinkedBlockingQueue<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    MisbehavingServer() throws IOException {
        socket = bound();
        Thread.ofVirtual().start(this::accept);
    }

    private static ServerSocket bound() throws IOException {
        for (int port = FIRST_PORT; port <= LAST_PORT; port++) {
            try {
                return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
            } catch (BindException e) {
                // The next one may be free.
            }
        }
        throw new BindException("no free port from " + FIRST_PORT + " to " + LAST_PORT);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    /** The same server under another origin. */
    URI otherOrigin(String path) {
        return URI.create("http://localhost:" + socket.getLocalPort() + path);
    }

    MisbehavingServer respondsWithDataAndThenStaysOpen(String data) {
        return then(exchange -> {
            exchange.send(streamHead() + data);
            exchange.untilTheClientCloses();
        });
    }

    MisbehavingServer respondsWithDataAndThenEnds(String data) {
        return then(exchange -> exchange.send(streamHead() + data));
    }

    MisbehavingServer respondsWithDataAndThenResets(String data) {
        return then(exchange -> {
            exchange.send(streamHead() + data);
            // A reset may overtake data that was not read yet.
            requests.take();
            exchange.reset();
        });
    }

    /** Says that a chunk of 1000 bytes comes, sends the data, and closes. */
    MisbehavingServer cutsAChunkAfter(String data) {
        return then(exchange -> exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + data));
    }

    MisbehavingServer responds(int status, String... headers) {
        return then(exchange -> {
            var head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\nConnection: close\r\n");
            for (var header : headers) {
                head.append(header).append("\r\n");
            }
            exchange.send(head + (status == 204 ? "\r\n" : "Content-Length: 0\r\n\r\n"));
        });
    }

    MisbehavingServer redirects(int status, String location) {
        return responds(status, "Location: " + location);
    }

    /** Takes the request and never answers. */
    MisbehavingServer staysMute() {
        return then(Exchange::untilTheClientCloses);
    }

    MisbehavingServer hangsUpWithoutAnAnswer() {
        return then(exchange -> { });
    }

    MisbehavingServer then(Behaviour behaviour) {
        behaviours.add(behaviour);
        return this;
    }

    static String streamHead() {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n";
    }

    /** The next request that came, waiting for it. */
    Request request() throws InterruptedException {
        var request = requests.poll(10, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    boolean gotAnotherRequest() {
        return !requests.isEmpty();
    }

    /** Waits until a client has closed a connection that this server would have kept. */
    void sawTheClientClose() throws InterruptedException {
        if (clientsGone.poll(10, TimeUnit.SECONDS) == null) {
            throw new AssertionError("the client kept its connection");
        }
    }

    private void accept() {
        while (true) {
            try {
                var client = socket.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
            var request = read(in);
            if (request == null) {
                return;
            }
            requests.add(request);
            var behaviour = behaviours.poll();
            (behaviour == null ? (Behaviour) Exchange::untilTheClientCloses : behaviour).serve(exchange(client, in));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            // Clients of a misbehaving server misbehave as well.
            clientsGone.add(e.toString());
        } finally {
            open.remove(client);
        }
    }

    private static Request read(BufferedReader in) throws IOException {
        var line = in.readLine();
        if (line == null) {
            return null;
        }
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (var header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
            int colon = header.indexOf(':');
            headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
        }
        return new Request(line, headers);
    }

    private Exchange exchange(Socket client, BufferedReader in) throws IOException {
        OutputStream out = client.getOutputStream();
        return new Exchange() {
            @Override
            public void send(byte[] bytes) throws IOException {
                out.write(bytes);
                out.flush();
            }

            @Override
            public void untilTheClientCloses() {
                try {
                    while (in.read() >= 0) {
                        // Nothing is expected.
                    }
                } catch (IOException e) {
                    // A reset is a close as well.
                }
                if (closed.getCount() > 0) {
                    clientsGone.add("closed");
                }
            }

            @Override
            public void reset() throws SocketException {
                client.setSoLinger(true, 0);
            }
        };
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        socket.close();
        for (var client : open) {
            client.close();
        }
    }
}

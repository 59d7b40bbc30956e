package imagegen.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * An image backend that is one shared event stream: updates of about 310 bytes, each with its number and the time at
 * which it was written in {@code message}, as {@code t=NANOS s=SEQUENCE}.
 */
final class Backend implements AutoCloseable {

    private static final String STREAM = """
            HTTP/1.1 200 OK\r
            Content-Type: text/event-stream\r
            Cache-Control: no-cache\r
            Transfer-Encoding: chunked\r
            \r
            5\r
            : ok\n\r
            """;
    private static final String UNKNOWN = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

    private final ServerSocketChannel server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile SocketChannel stream;

    // The sending thread
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(4096);
    private int work;
    private long sequence;

    Backend() throws IOException {
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                Integer.getInteger("bench.backend-port", 0)));
        threads.submit(this::accept);
    }

    int port() {
        return server.socket().getLocalPort();
    }

    boolean streaming() {
        return stream != null;
    }

    /** The number that the next round of updates will have. */
    long sequence() {
        return sequence;
    }

    /**
     * Sends as many rounds as fit into the time, one update to each user in each, evenly paced; returns when all are
     * written. The last round is the end of the users' requests; the next call begins other ones.
     */
    void send(int users, int rate, double seconds) throws IOException {
        work++;
        long rounds = Math.max(1, Math.round(rate * seconds / users));
        long total = rounds * users;
        long begun = System.nanoTime();
        for (long sent = 0; sent < total;) {
            long due = Math.min(total, (long) ((System.nanoTime() - begun) * (rate / 1e9)) + 1);
            for (; sent < due; sent++) {
                write((int) (sent % users), sequence + sent / users, sent / users == rounds - 1);
            }
            LockSupport.parkNanos(1_000_000);
        }
        sequence += rounds;
    }

    private void write(int user, long number, boolean last) throws IOException {
        String event = "event: message\ndata: {\"request_id\":\"" + padded(work, 8) + "-e89b-12d3-a456-"
                + padded(user, 12) + "\",\"user_id\":\"" + Tokens.user(user)
                + "\",\"status\":\"" + (last ? "OK" : "PROGRESS")
                + "\",\"message\":\"t=" + System.nanoTime() + " s=" + number + "\",\"payload\":{\"progress\":"
                + number % 100 + ",\"images\":[{\"url\":\"https://url.to/image-" + padded(user, 6)
                + ".png\",\"content_type\":\"image/png\",\"file_name\":\"image.png\",\"file_size\":1824075,"
                + "\"width\":1024,\"height\":1024}]}}\n\n";
        chunk.clear();
        chunk.put((Integer.toHexString(event.length()) + "\r\n").getBytes(ISO_8859_1));
        chunk.put(event.getBytes(ISO_8859_1));
        chunk.put((byte) '\r').put((byte) '\n').flip();
        while (chunk.hasRemaining()) {
            stream.write(chunk);
        }
    }

    private static String padded(int number, int width) {
        String digits = Integer.toString(number);
        return "0".repeat(width - digits.length()) + digits;
    }

    private Void accept() throws IOException {
        while (true) {
            SocketChannel channel = server.accept();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            threads.submit(() -> serve(channel));
        }
    }

    private Void serve(SocketChannel channel) throws IOException {
        StringBuilder head = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(8192);
        while (channel.read(bytes.clear()) >= 0) {
            head.append(ISO_8859_1.decode(bytes.flip()));
            if (head.indexOf("\r\n\r\n") >= 0) {
                boolean events = head.indexOf("GET /v1/image-gen/events") == 0;
                channel.write(ISO_8859_1.encode(events ? STREAM : UNKNOWN));
                if (events) {
                    stream = channel;
                }
                head.setLength(0);
            }
        }
        channel.close();
        return null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (stream != null) {
            stream.close();
        }
        threads.shutdownNow();
    }
}

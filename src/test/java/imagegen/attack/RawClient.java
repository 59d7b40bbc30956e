package imagegen.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;

/** A socket in the hands of somebody who keeps to no rules. */
final class RawClient implements AutoCloseable {

    private final Socket socket;

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    static RawClient to(URI server) {
        return to(server, 0);
    }

    /** @param receiveBuffer in bytes; small: whoever sends is soon kept waiting */
    static RawClient to(URI server, int receiveBuffer) {
        Socket socket = new Socket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress("127.0.0.1", server.getPort()), 20_000);
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param lines of a request's head, without the empty one at the end */
    static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\nHost: localhost\r\n\r\n";
    }

    RawClient sends(String text) {
        if (!trySends(text)) {
            throw new AssertionError("the server has closed");
        }
        return this;
    }

    /** Whether the connection was still there. */
    boolean trySends(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /** All that comes until the server closes. */
    String hearsToTheEnd(Duration patience) {
        var heard = new ByteArrayOutputStream();
        byte[] some = new byte[4096];
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new AssertionError("still open after " + patience + "; heard " + heard);
                }
                socket.setSoTimeout((int) left);
                int count = socket.getInputStream().read(some);
                if (count < 0) {
                    return heard.toString(ISO_8859_1);
                }
                heard.write(some, 0, count);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open after " + patience + "; heard " + heard);
        } catch (IOException cut) {
            return heard.toString(ISO_8859_1);
        }
    }

    @Override
    public void close() {
        try {
            // Reset: nobody waits for each other
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // Closed is what it was meant to be
        }
    }
}

package imagegen.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The frames of RFC 6455 as this server sends them: unfragmented. */
final class WebSocketConnection extends Connection {

    private static final int CLOSE = 8;

    private final String path;
    private final byte[] head = new byte[10];
    private int headLength;
    private int left = -1;

    WebSocketConnection(Load load, String path, String token) {
        super(load, token);
        this.path = path;
    }

    @Override
    void begin() throws IOException {
        ask(path, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    }

    @Override
    void answered(int status, String response) throws IOException {
        opened(status, 101);
    }

    @Override
    void received(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (left < 0) {
                head[headLength++] = bytes.get();
                left = payload();
            } else {
                int count = Math.min(left, bytes.remaining());
                append(bytes, count);
                left -= count;
            }
            if (left == 0) {
                scan(length);
                length = 0;
                headLength = 0;
                left = -1;
            }
        }
    }

    /** The payload's length, or -1 while the head is not complete. */
    private int payload() throws IOException {
        if ((head[0] & 15) == CLOSE) {
            throw new EOFException("the socket was closed");
        }
        int code = headLength < 2 ? -1 : head[1] & 127;
        int extended = code == 126 ? 2 : code == 127 ? 8 : 0;
        if (code < 0 || headLength < 2 + extended) {
            return -1;
        }
        int payload = extended == 0 ? code : 0;
        for (int i = 0; i < extended; i++) {
            payload = payload << 8 | head[2 + i] & 0xff;
        }
        return payload;
    }
}

package imagegen.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** One client. Confined to the load's thread. */
abstract class Connection {

    private static final byte[] MARK = "\"t=".getBytes(ISO_8859_1);

    final Load load;
    private final String token;
    private SelectionKey key;
    private boolean headRead;

    /** What was received and not yet understood. */
    byte[] text = new byte[1024];
    int length;

    private long expected;
    private boolean open;

    Connection(Load load, String token) {
        this.load = load;
        this.token = token;
    }

    void connected(SelectionKey newKey) {
        key = newKey;
        headRead = false;
        length = 0;
    }

    /** Sends a GET; the socket's buffer is large enough for it. */
    void ask(String path, String headers) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n"
                + headers + "\r\n";
        ((SocketChannel) key.channel()).write(ISO_8859_1.encode(request));
        headRead = false;
    }

    /** The socket is connected. */
    abstract void begin() throws IOException;

    /** The response's head was read. */
    abstract void answered(int status, String head) throws IOException;

    /** More of the body. */
    abstract void received(ByteBuffer bytes) throws IOException;

    final void read(ByteBuffer bytes) throws IOException {
        if (!headRead) {
            readHead(bytes);
        }
        if (headRead && bytes.hasRemaining()) {
            received(bytes);
        }
    }

    private void readHead(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining() && !headRead) {
            append(bytes, 1);
            if (length >= 4 && text[length - 1] == '\n' && text[length - 3] == '\n') {
                String head = new String(text, 0, length, ISO_8859_1);
                length = 0;
                headRead = true;
                answered(Integer.parseInt(head.substring(9, 12)), head);
            }
        }
    }

    void opened(int status, int wanted) throws IOException {
        if (status != wanted) {
            throw new ProtocolException("answered " + status);
        }
        if (!open) {
            open = true;
            load.opened();
        }
    }

    final void append(ByteBuffer bytes, int count) {
        if (length + count > text.length) {
            text = Arrays.copyOf(text, Math.max(text.length * 2, length + count));
        }
        bytes.get(text, length, count);
        length += count;
    }

    /** Counts the updates in the first bytes of the text. */
    final void scan(int end) {
        for (int i = 0; i + MARK.length < end; i++) {
            if (text[i] == MARK[0] && text[i + 1] == MARK[1] && text[i + 2] == MARK[2]) {
                int at = i + MARK.length;
                long time = 0;
                for (; text[at] != ' '; at++) {
                    time = time * 10 + text[at] - '0';
                }
                long number = 0;
                for (at += " s=".length(); text[at] != '"'; at++) {
                    number = number * 10 + text[at] - '0';
                }
                update(time, number);
                i = at;
            }
        }
    }

    private void update(long time, long number) {
        long first = load.firstNumber();
        if (number < first) {
            return;
        }
        if (expected < first) {
            expected = first;
        }
        load.delivered(time, number - expected);
        expected = Math.max(expected, number + 1);
    }
}

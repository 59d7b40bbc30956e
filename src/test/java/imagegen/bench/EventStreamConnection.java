package imagegen.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Server-Sent Events, in chunks. */
final class EventStreamConnection extends Connection {

    private enum Part { SIZE, DATA, END }

    private final String path;
    private Part part = Part.SIZE;
    private int left;

    EventStreamConnection(Load load, String path, String token) {
        super(load, token);
        this.path = path;
    }

    @Override
    void begin() throws IOException {
        ask(path, "Accept: text/event-stream\r\n");
    }

    @Override
    void answered(int status, String head) throws IOException {
        opened(status, 200);
    }

    @Override
    void received(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            switch (part) {
                case SIZE -> size(bytes.get());
                case DATA -> {
                    int count = Math.min(left, bytes.remaining());
                    append(bytes, count);
                    left -= count;
                    if (left == 0) {
                        part = Part.END;
                    }
                }
                case END -> {
                    if (bytes.get() == '\n') {
                        part = Part.SIZE;
                    }
                }
            }
        }
        lines();
    }

    private void size(byte digit) throws IOException {
        if (digit == '\n') {
            if (left == 0) {
                throw new EOFException("the stream has ended");
            }
            part = Part.DATA;
        } else if (digit != '\r') {
            left = left * 16 + Character.digit(digit, 16);
        }
    }

    private void lines() {
        int end = length;
        while (end > 0 && text[end - 1] != '\n') {
            end--;
        }
        scan(end);
        System.arraycopy(text, end, text, 0, length - end);
        length -= end;
    }
}

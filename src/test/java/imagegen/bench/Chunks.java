package imagegen.bench;

import java.nio.ByteBuffer;

/** A body in chunks (RFC 9112, 7.1), without trailers. */
final class Chunks {

    private enum Part { SIZE, DATA, END }

    private Part part = Part.SIZE;
    private boolean last;
    private int left;

    /** Appends what the bytes hold to the connection's text; whether the body is at its end. */
    boolean read(ByteBuffer bytes, Connection connection) {
        while (bytes.hasRemaining()) {
            switch (part) {
                case SIZE -> size(bytes.get());
                case DATA -> {
                    int count = Math.min(left, bytes.remaining());
                    connection.append(bytes, count);
                    left -= count;
                    if (left == 0) {
                        part = Part.END;
                    }
                }
                case END -> {
                    if (bytes.get() == '\n') {
                        part = Part.SIZE;
                        if (last) {
                            last = false;
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private void size(byte digit) {
        if (digit == '\n') {
            last = left == 0;
            part = last ? Part.END : Part.DATA;
        } else if (digit != '\r') {
            left = left * 16 + Character.digit(digit, 16);
        }
    }
}

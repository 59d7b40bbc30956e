package imagegen.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Server-Sent Events, in chunks. */
final class EventStreamConnection extends Connection {

    private final String path;
    private final Chunks chunks = new Chunks();

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
        boolean ended = chunks.read(bytes, this);
        lines();
        if (ended) {
            throw new EOFException("the stream has ended");
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

package imagegen.page;

import imagegen.sse.NonBlockingOutput;
import imagegen.sse.OutputEnd;
import java.time.Duration;
import java.util.function.Consumer;

/** Bytes on their way to one client, as fast as it takes them and no faster; no thread waits for it. */
final class Transfer implements NonBlockingOutput.Listener {

    private static final int CHUNK = 16 * 1024;

    private final NonBlockingOutput output;
    private final byte[] bytes;
    private final Consumer<Transfer> ended;
    /** The container's thread: one at a time. */
    private int sent;

    Transfer(NonBlockingOutput output, byte[] bytes, Consumer<Transfer> ended) {
        this.output = output;
        this.bytes = bytes;
        this.ended = ended;
    }

    void begin() {
        output.start(this);
    }

    @Override
    public void onReady() {
        while (sent < bytes.length && output.ready()) {
            int length = Math.min(CHUNK, bytes.length - sent);
            output.write(bytes, sent, length);
            sent += length;
        }
        if (sent == bytes.length && output.flush()) {
            output.close();
        }
    }

    @Override
    public void onClosed(OutputEnd end) {
        ended.accept(this);
    }

    /** In nanoseconds, at the {@link System#nanoTime()} given. */
    long stalledFor(long now) {
        return output.stalledFor(now);
    }

    void giveUp(Duration silence) {
        output.close(new OutputEnd.Stalled(silence));
    }
}

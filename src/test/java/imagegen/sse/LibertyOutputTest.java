package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over a server's output that blocks each write until the test lets it go. */
@Timeout(20)
class LibertyOutputTest {

    private static final byte[] EVENT = "data: x\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Semaphore writes = new Semaphore(0);
    private final BlockingQueue<String> server = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private volatile boolean broken;
    private final LibertyOutput output = new LibertyOutput(new Blocking());

    @Test
    void nobodyWaitsForAClientThatDoesNotRead() throws Exception {
        begin();
        output.write(EVENT);
        output.flush();
        assertFalse(output.isReady());
        writes.release();
        assertEquals("possible", heard.take());
        assertTrue(output.isReady());
        assertEquals("write 9", server.take());
    }

    @Test
    void theFirstFlushIsAskedForTwice() throws Exception {
        begin();
        output.flush();
        assertFalse(output.isReady());
        writes.release(2);
        assertEquals("possible", heard.take());
        assertEquals("write 0", server.take());
        assertEquals("flush", server.take());
        assertEquals("flush", server.take());
        output.write(EVENT);
        output.flush();
        assertEquals("write 9", server.take());
        assertEquals("flush", server.take());
    }

    @Test
    void whatWaitsForAClientIsBounded() throws Exception {
        begin();
        int taken = 0;
        while (output.isReady()) {
            output.write(new byte[1000]);
            taken += 1000;
        }
        assertTrue(taken <= 66_000, "took " + taken);
        writes.release();
        assertEquals("possible", heard.take());
    }

    @Test
    void theRequestEndsAfterWhatIsBeingWritten() throws Exception {
        begin();
        output.write(EVENT);
        output.flush();
        output.complete(() -> server.add("end"));
        writes.release();
        assertEquals("write 9", server.take());
        assertEquals("flush", server.take());
        assertEquals("flush", server.take());
        assertEquals("end", server.take());
    }

    @Test
    void aBrokenConnectionIsToldAndNotWrittenToAgain() throws Exception {
        begin();
        broken = true;
        writes.release();
        output.write(EVENT);
        output.flush();
        assertEquals("error gone", heard.take());
        assertThrows(IOException.class, () -> output.write(EVENT));
    }

    private void begin() throws InterruptedException {
        output.setWriteListener(new WriteListener() {
            @Override
            public void onWritePossible() {
                heard.add("possible");
            }

            @Override
            public void onError(Throwable cause) {
                heard.add("error " + cause.getMessage());
            }
        });
        assertEquals("possible", heard.poll(1, TimeUnit.SECONDS));
    }

    private final class Blocking extends ServletOutputStream {

        @Override
        public void write(byte[] bytes) throws IOException {
            try {
                writes.acquire();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (broken) {
                throw new IOException("gone");
            }
            server.add("write " + bytes.length);
        }

        @Override
        public void flush() {
            server.add("flush");
        }

        @Override
        public void write(int one) {
            throw new AssertionError("one by one");
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new AssertionError("blocks all the same");
        }
    }
}

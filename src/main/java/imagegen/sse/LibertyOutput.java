package imagegen.sse;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * A response of Open Liberty's, made to keep what the Servlet specification promises of one with a
 * {@link WriteListener}: that no write blocks its caller.
 *
 * <p>Liberty's own blocks, listener or not: {@code HttpOutputStreamImpl.writeToBuffers} calls {@code flushBuffers},
 * which waits for the client; what would not wait, {@code HttpOutputStreamEE7.writeToBuffers}, is private and so
 * overrides nothing. Here a virtual thread waits, as long as something is being written and no longer.
 *
 * <p>At most {@value #LIMIT} bytes and one write more are held for a client.
 */
final class LibertyOutput extends ServletOutputStream {

    private static final int LIMIT = 65_536;
    private static final int USUAL = 512;

    private final ServletOutputStream out;
    private WriteListener listener;
    private boolean headSent;

    // Under the lock of this object.
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(USUAL);
    private boolean writing;
    private boolean asked;
    private IOException failure;
    private Runnable completion;

    LibertyOutput(ServletOutputStream out) {
        this.out = out;
    }

    @Override
    public void setWriteListener(WriteListener newListener) {
        listener = newListener;
        possible();
    }

    @Override
    public synchronized boolean isReady() {
        if (waiting.size() >= LIMIT) {
            send();
        }
        asked = writing;
        return !writing;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        check();
        waiting.write(bytes, offset, length);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void flush() throws IOException {
        check();
        send();
    }

    /** Ends the request as soon as nothing is being written. */
    void complete(Runnable newCompletion) {
        synchronized (this) {
            if (writing) {
                completion = newCompletion;
                return;
            }
        }
        Connection.aside(newCompletion);
    }

    private void check() throws IOException {
        if (failure != null) {
            throw new IOException(failure);
        }
    }

    private void send() {
        if (!writing) {
            writing = true;
            byte[] bytes = waiting.toByteArray();
            waiting.reset();
            Thread.ofVirtual().name("response").start(() -> send(bytes));
        }
    }

    private void send(byte[] bytes) {
        IOException problem = null;
        try {
            out.write(bytes);
            out.flush();
            if (!headSent) {
                // Liberty passes over the first flush of a response
                headSent = true;
                out.flush();
            }
        } catch (IOException e) {
            problem = e;
        } catch (RuntimeException e) {
            problem = new IOException(e);
        }
        sent(problem);
    }

    private void sent(IOException problem) {
        boolean possible;
        Runnable last;
        synchronized (this) {
            writing = false;
            failure = problem;
            possible = asked;
            asked = false;
            last = completion;
        }
        if (last != null) {
            last.run();
        } else if (problem != null) {
            listener.onError(problem);
        } else if (possible) {
            possible();
        }
    }

    private void possible() {
        try {
            listener.onWritePossible();
        } catch (IOException e) {
            listener.onError(e);
        }
    }
}

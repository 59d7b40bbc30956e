package imagegen.embedded;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;

/** Keeps the rules of Servlet 5.7: no write and no flush unless it has just said that it is ready. */
final class FakeOutput extends ServletOutputStream {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private WriteListener listener;
    private boolean ready = true;
    private boolean asked;
    private boolean unflushed;
    private boolean gone;

    void takes(boolean ready) throws IOException {
        this.ready = ready;
        if (ready) {
            listener.onWritePossible();
        }
    }

    String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    boolean unflushed() {
        return unflushed;
    }

    /** From now on every write fails. */
    void leaves() {
        gone = true;
    }

    /** An asynchronous context that writes here. */
    AsyncContext context() {
        var response = (ServletResponse) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[] {ServletResponse.class}, (proxy, method, arguments) -> this);
        return (AsyncContext) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {AsyncContext.class},
            (proxy, method, arguments) -> method.getName().equals("getResponse") ? response : null);
    }

    @Override
    public boolean isReady() {
        asked = ready;
        return ready;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        this.listener = listener;
        try {
            listener.onWritePossible();
        } catch (IOException e) {
            listener.onError(e);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        permitted();
        written.write(bytes, offset, length);
        unflushed = true;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void flush() throws IOException {
        permitted();
        unflushed = false;
    }

    private void permitted() throws IOException {
        if (!asked) {
            throw new IllegalStateException("isReady() was not asked");
        }
        asked = false;
        if (gone) {
            throw new IOException("reset by peer");
        }
    }
}

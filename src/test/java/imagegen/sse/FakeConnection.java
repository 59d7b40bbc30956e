package imagegen.sse;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An asynchronous request of a strict servlet container: whoever breaks a rule of Servlet 6.0, 5.7 gets an
 * AssertionError, at once and again from {@link #assertContractKept}, because code under test may swallow the first.
 */
public final class FakeConnection implements AsyncContext {

    private final ByteArrayOutputStream buffered = new ByteArrayOutputStream();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final List<AssertionError> violations = new ArrayList<>();
    private final List<AsyncListener> listeners = new ArrayList<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final boolean readyAtOnce;
    private WriteListener writeListener;
    private boolean reading = true;
    private boolean askedAndTold;
    private boolean callbackOwed;
    private boolean left;
    private int completions;
    private int flushes;
    private Runnable duringWrite = () -> { };
    private long timeout = 30_000;

    private FakeConnection(boolean readyAtOnce) {
        this.readyAtOnce = readyAtOnce;
    }

    /** As Payara does it: the first onWritePossible comes from within setWriteListener. */
    public static FakeConnection thatIsReadyAtOnce() {
        return new FakeConnection(true);
    }

    /** As Tomcat does it: the first onWritePossible comes later, from another thread. */
    static FakeConnection thatIsReadyLater() {
        return new FakeConnection(false);
    }

    public void clientStopsReading() {
        reading = false;
    }

    public void clientReadsAgain() {
        reading = true;
        if (callbackOwed) {
            firstBecomesWritable();
        }
    }

    void firstBecomesWritable() {
        callbackOwed = false;
        askedAndTold = true;
        try {
            writeListener.onWritePossible();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The next write fails, as it does when the peer has reset the connection. */
    public void clientLeaves() {
        left = true;
    }

    /** The container notices by itself, on its own thread. */
    void containerReports(Throwable error) {
        left = true;
        writeListener.onError(error);
    }

    void containerCompletes() throws IOException {
        for (var listener : listeners) {
            listener.onComplete(new AsyncEvent(this, null, response));
        }
        completions++;
    }

    void containerTimesOut() throws IOException {
        for (var listener : listeners) {
            listener.onTimeout(new AsyncEvent(this, null, response));
        }
    }

    void duringNextWrite(Runnable action) {
        duringWrite = action;
    }

    public String received() {
        return received.toString(StandardCharsets.UTF_8);
    }

    String header(String name) {
        return headers.get(name);
    }

    public int completions() {
        return completions;
    }

    public int flushes() {
        return flushes;
    }

    long timeout() {
        return timeout;
    }

    HttpServletResponse response() {
        return (HttpServletResponse) getResponse();
    }

    public void assertContractKept() {
        for (var violation : violations) {
            throw violation;
        }
    }

    private AssertionError violation(String what) {
        var error = new AssertionError("servlet contract broken: " + what);
        violations.add(error);
        return error;
    }

    private final class Output extends ServletOutputStream {

        @Override
        public boolean isReady() {
            if (completions > 0) {
                throw violation("isReady after complete");
            }
            if (writeListener == null) {
                throw violation("isReady without a write listener");
            }
            if (callbackOwed) {
                return false;
            }
            if (!reading) {
                callbackOwed = true;
                askedAndTold = false;
                return false;
            }
            askedAndTold = true;
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            if (writeListener != null) {
                throw violation("a second write listener");
            }
            writeListener = listener;
            if (readyAtOnce && reading) {
                firstBecomesWritable();
            } else {
                callbackOwed = true;
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            allowed("write");
            var action = duringWrite;
            duringWrite = () -> { };
            action.run();
            if (completions > 0) {
                throw violation("complete during a write");
            }
            buffered.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            allowed("flush");
            flushes++;
            received.writeBytes(buffered.toByteArray());
            buffered.reset();
        }

        @Override
        public void close() {
            throw violation("close of the stream instead of complete");
        }

        private void allowed(String call) throws IOException {
            if (completions > 0) {
                throw violation(call + " after complete");
            }
            if (!askedAndTold) {
                throw violation(call + " without isReady");
            }
            askedAndTold = false;
            if (left) {
                throw new IOException("connection reset by peer");
            }
        }
    }

    private final Output output = new Output();

    private final ServletResponse response = (ServletResponse) Proxy.newProxyInstance(
            FakeConnection.class.getClassLoader(), new Class<?>[] {HttpServletResponse.class}, (proxy, method, args) ->
                    switch (method.getName()) {
                        case "getOutputStream" -> output;
                        case "setHeader", "addHeader" -> headers.put((String) args[0], (String) args[1]);
                        case "setContentType" -> headers.put("Content-Type", (String) args[0]);
                        case "setCharacterEncoding", "setStatus", "setBufferSize" -> null;
                        case "isCommitted" -> received.size() > 0;
                        default -> throw new UnsupportedOperationException(method.getName());
                    });

    private final ServletRequest request = (ServletRequest) Proxy.newProxyInstance(
            FakeConnection.class.getClassLoader(), new Class<?>[] {ServletRequest.class}, (proxy, method, args) ->
                    switch (method.getName()) {
                        case "getProtocol" -> "HTTP/1.1";
                        default -> throw new UnsupportedOperationException(method.getName());
                    });

    @Override
    public ServletResponse getResponse() {
        return response;
    }

    @Override
    public void complete() {
        if (++completions > 1) {
            throw violation("complete twice");
        }
        received.writeBytes(buffered.toByteArray());
        buffered.reset();
        if (callbackOwed) {
            // Grizzly tells the waiting listener so, from within complete().
            writeListener.onError(new java.util.concurrent.CancellationException());
        }
        for (var listener : listeners) {
            try {
                listener.onComplete(new AsyncEvent(this, null, response));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void addListener(AsyncListener listener) {
        listeners.add(listener);
    }

    @Override
    public void setTimeout(long millis) {
        timeout = millis;
    }

    @Override
    public long getTimeout() {
        return timeout;
    }

    @Override
    public ServletRequest getRequest() {
        return request;
    }

    @Override
    public boolean hasOriginalRequestAndResponse() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dispatch() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dispatch(String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dispatch(ServletContext context, String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void start(Runnable run) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void addListener(AsyncListener listener, ServletRequest request, ServletResponse answer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends AsyncListener> T createListener(Class<T> type) {
        throw new UnsupportedOperationException();
    }
}

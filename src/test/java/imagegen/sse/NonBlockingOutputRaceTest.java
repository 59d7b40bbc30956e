package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A server says "not ready" and takes it back on another thread before whoever asked has heard the answer. */
class NonBlockingOutputRaceTest {

    private static final int WRITES = 30_000;

    /** Full after every write, until it says otherwise. */
    private static final class Server extends ServletOutputStream {

        private final AtomicBoolean owed = new AtomicBoolean();
        private volatile WriteListener listener;
        private volatile boolean full;
        private volatile int writes;
        /** Happens once, after the server has decided to say "not ready" and before it has said so. */
        private Runnable beforeItSaysNo = Server::linger;

        @Override
        public boolean isReady() {
            if (!full) {
                return true;
            }
            owed.set(true);
            Runnable once = beforeItSaysNo;
            beforeItSaysNo = Server::linger;
            once.run();
            return false;
        }

        /** For up to some microseconds: as long as the other thread needs to come between. */
        private static void linger() {
            for (int i = ThreadLocalRandom.current().nextInt(400); i > 0; i--) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            writes = writes + 1;
            full = true;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void flush() {
            // All is sent as it is written
        }

        @Override
        public void setWriteListener(WriteListener newListener) {
            listener = newListener;
        }

        /** There is room again; whoever was told that there is none is told so, once. */
        void drains() {
            full = false;
            if (owed.compareAndSet(true, false)) {
                try {
                    listener.onWritePossible();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /** Writes as long as it may, on whichever thread says so, as subscriptions do. */
    private static final class Owner implements NonBlockingOutput.Listener {

        private final NonBlockingOutput output;
        private final AtomicInteger signals = new AtomicInteger();

        Owner(NonBlockingOutput output) {
            this.output = output;
        }

        @Override
        public void onReady() {
            if (signals.getAndIncrement() > 0) {
                return;
            }
            int seen = 1;
            do {
                while (output.ready()) {
                    output.write(new byte[] {'x'}, 0, 1);
                }
                seen = signals.addAndGet(-seen);
            } while (seen != 0);
        }

        @Override
        public void onClosed(OutputEnd reason) {
            // Nothing to give back
        }
    }

    private final Server server = new Server();

    @Test
    void aNoThatIsTakenBackBeforeItIsHeardCountsAsTakenBack() throws Exception {
        var readies = new AtomicInteger();
        var output = started(new NonBlockingOutput.Listener() {
            @Override
            public void onReady() {
                readies.incrementAndGet();
            }

            @Override
            public void onClosed(OutputEnd reason) {
                throw new AssertionError(reason);
            }
        });
        server.listener.onWritePossible();
        server.full = true;
        server.beforeItSaysNo = () -> join(Thread.ofPlatform().start(server::drains));

        assertFalse(output.ready(), "it was not, when asked");

        assertEquals(2, readies.get());
        assertEquals(0, output.stalledFor(System.nanoTime() + TimeUnit.SECONDS.toNanos(20)));
        assertTrue(output.ready());
    }

    @Test
    void noWakeUpIsLostBetweenAQuestionAndOnWritePossible() throws Exception {
        var output = connection();
        var owner = new Owner(output);
        output.start(owner);
        server.listener.onWritePossible();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        // Two of the server's threads, as the one that is told "not ready" is most often one of them
        Thread other = Thread.ofPlatform().start(() -> serve(deadline));
        serve(deadline);
        join(other);
        assertTrue(server.writes >= WRITES, () -> "it stopped after " + server.writes + " writes");
    }

    private void serve(long deadline) {
        while (server.writes < WRITES && System.nanoTime() - deadline < 0) {
            server.drains();
        }
    }

    private NonBlockingOutput started(NonBlockingOutput.Listener listener) throws IOException {
        var output = connection();
        output.start(listener);
        return output;
    }

    private NonBlockingOutput connection() throws IOException {
        var request = proxy(ServletRequest.class, "getProtocol", "HTTP/1.1");
        var response = proxy(ServletResponse.class, "getOutputStream", server);
        return new NonBlockingOutput((AsyncContext) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {AsyncContext.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "getRequest" -> request;
                    case "getResponse" -> response;
                    case "setTimeout", "addListener", "complete" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                }));
    }

    private static <T> T proxy(Class<T> type, String method, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, args) -> {
            if (!called.getName().equals(method)) {
                throw new UnsupportedOperationException(called.getName());
            }
            return answer;
        }));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** On objects that have the methods of Payara 6.2025.10; that these are the ones only a test in Payara can say. */
class GrizzlyConnectionTest {

    private final Stream stream = new Stream();

    @Test
    void goesThroughWrappersToTheConnection() {
        var wrapped = new ServletRequestWrapper(new ServletRequestWrapper(payara()));
        var connection = Connection.of(wrapped);
        assertTrue(connection.isOpen());
        connection.drop(() -> assertTrue(connection.isOpen(), "the request is ended first"));
        assertFalse(connection.isOpen());
    }

    @Test
    void hasNothingToReachOnOtherServers() {
        var request = (ServletRequest) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {ServletRequest.class}, (proxy, method, args) -> null);
        var completed = new AtomicBoolean();
        var connection = Connection.of(request);
        assertTrue(connection.isOpen());
        connection.drop(() -> completed.set(true));
        assertTrue(completed.get());
    }

    private ServletRequest payara() {
        return (ServletRequest) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {ServletRequest.class, Facade.class}, (proxy, method, args) ->
                        method.getName().equals("hashCode") ? 1 : new CatalinaRequest());
    }

    public interface Facade {
        Object getUnwrappedCoyoteRequest();
    }

    public interface Closeable {
        boolean isOpen();

        void terminateSilently();
    }

    public final class CatalinaRequest {
        public GrizzlyRequest getCoyoteRequest() {
            return new GrizzlyRequest();
        }
    }

    public final class GrizzlyRequest {
        public Packet getRequest() {
            return new HiddenPacket();
        }
    }

    public class Packet {
        public ProcessingState getProcessingState() {
            return new ProcessingState();
        }
    }

    /** Not public, as Grizzly's is not. */
    private final class HiddenPacket extends Packet {
    }

    public final class ProcessingState {
        public HttpContext getHttpContext() {
            return new HttpContext();
        }
    }

    public final class HttpContext {
        public Closeable getCloseable() {
            return stream;
        }
    }

    private static final class Stream implements Closeable {

        private boolean open = true;

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void terminateSilently() {
            open = false;
        }
    }
}

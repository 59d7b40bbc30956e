package imagegen.sse;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * For Payara and GlassFish only: what servlets can't ask of the connection under a request.
 *
 * <p>To drop a client that does not read: {@code complete()} is enough on servers that give up a response that can't be
 * written, but Grizzly waits for the client to take the rest, its keep-alive time-out too, and so keeps the socket and
 * everything pending for as long as the client likes. To notice that an HTTP/2 client has cancelled its stream: Grizzly
 * lets writes to it succeed for as long as the connection lives.
 *
 * <p>Reached by reflection; elsewhere there is nothing to reach.
 */
final class GrizzlyConnection {

    private record Call(Class<?> type, String method) {
    }

    private static final System.Logger LOG = System.getLogger(GrizzlyConnection.class.getName());
    private static final Map<Call, Optional<Method>> METHODS = new ConcurrentHashMap<>();
    private static final String[] WAY = {"getUnwrappedCoyoteRequest", "getCoyoteRequest", "getRequest",
        "getProcessingState", "getHttpContext", "getCloseable"};

    private final Object closeable;
    private final Method isOpen;
    private final Method terminate;

    private GrizzlyConnection(Object closeable) throws ReflectiveOperationException {
        this.closeable = closeable;
        this.isOpen = method(closeable, "isOpen");
        this.terminate = method(closeable, "terminateSilently");
    }

    /** To be asked while the request is under way; what it gives may be used later. */
    static Optional<GrizzlyConnection> of(ServletRequest request) {
        Object at = request;
        while (at instanceof ServletRequestWrapper wrapper) {
            at = wrapper.getRequest();
        }
        try {
            for (var step : WAY) {
                at = method(at, step).invoke(at);
            }
            return Optional.of(new GrizzlyConnection(at));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "not on Grizzly", e);
            return Optional.empty();
        }
    }

    /** Whether the connection (HTTP/1.1) or the stream (HTTP/2) is alive, as far as the server knows. */
    boolean isOpen() {
        try {
            return (boolean) isOpen.invoke(closeable);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "could not look at a connection", e);
            return true;
        }
    }

    /** Ends the connection on HTTP/1.1 without waiting for the client; on HTTP/2 the connection is others' as well. */
    void drop() {
        try {
            terminate.invoke(closeable);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "could not drop a stalled connection", e);
        }
    }

    private static Method method(Object target, String name) throws NoSuchMethodException {
        return METHODS.computeIfAbsent(new Call(target.getClass(), name), call -> find(call.type, call.method))
                .orElseThrow(() -> new NoSuchMethodException(target.getClass().getName() + "." + name));
    }

    /** A method may only be called through a class or interface that is itself public. */
    private static Optional<Method> find(Class<?> type, String name) {
        var types = Stream.<Class<?>>iterate(type, each -> each != null, each -> each.getSuperclass());
        return types.flatMap(each -> Stream.concat(Stream.of(each), Stream.of(each.getInterfaces())))
                .flatMap(each -> Stream.of(each.getMethods()))
                .filter(each -> each.getName().equals(name) && each.getParameterCount() == 0
                        && Modifier.isPublic(each.getDeclaringClass().getModifiers()))
                .findFirst();
    }
}

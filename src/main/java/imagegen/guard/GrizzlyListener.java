package imagegen.guard;

import imagegen.sse.Reach;
import jakarta.servlet.ServletRequest;
import java.lang.System.Logger.Level;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Ends connections of one listener of Payara or GlassFish on which a head does not come to its end. They have a time-out
 * for silence only, so that a byte now and then keeps a connection for ever. Grizzly tells a probe what it reads; reached
 * by reflection, for the WAR must not name it.
 *
 * <p>A head that was begun before there was a probe is noticed with its next byte.
 */
final class GrizzlyListener implements InvocationHandler, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(GrizzlyListener.class.getName());
    private static final String HTTP = "org.glassfish.grizzly.http.";
    private static final String CODEC = HTTP + "HttpServerFilter";
    /** The attribute of a connection that is the request coming in on it. */
    private static final String COMING = CODEC + ".HttpRequest";

    private final Object monitoring;
    private final Object probe;
    private final Class<?> probeType;
    private final Method attribute;
    private final Method attributes;
    private final Method isHeaderParsed;
    private final Method terminate;
    private final Heads<Object> heads;

    /** @param codec see {@link #codec(ServletRequest)} */
    GrizzlyListener(Object codec, Duration patience) throws ReflectiveOperationException {
        monitoring = Reach.along(codec, "getMonitoringConfig");
        ClassLoader grizzly = monitoring.getClass().getClassLoader();
        probeType = grizzly.loadClass(HTTP + "HttpProbe");
        attributes = grizzly.loadClass("org.glassfish.grizzly.attributes.AttributeStorage").getMethod("getAttributes");
        attribute = grizzly.loadClass("org.glassfish.grizzly.attributes.AttributeHolder")
                .getMethod("getAttribute", String.class);
        isHeaderParsed = grizzly.loadClass(HTTP + "HttpPacketParsing").getMethod("isHeaderParsed");
        terminate = grizzly.loadClass("org.glassfish.grizzly.Closeable").getMethod("terminateSilently");
        heads = new Heads<>(patience);
        probe = Proxy.newProxyInstance(GrizzlyListener.class.getClassLoader(), new Class<?>[] {probeType}, this);
        tell("addProbes");
    }

    /** What reads the heads of that request's listener, if it has any to read; throws where the server is another. */
    static Optional<Object> codec(ServletRequest request) throws ReflectiveOperationException {
        var chain = (Iterable<?>) Reach.along(request, "getUnwrappedCoyoteRequest", "getCoyoteRequest", "getContext",
                "getFilterChain");
        Class<?> codec = chain.getClass().getClassLoader().loadClass(CODEC);
        return StreamSupport.stream(chain.spliterator(), false).map(Object.class::cast).filter(codec::isInstance)
                .findFirst();
    }

    private void tell(String what) throws ReflectiveOperationException {
        Object probes = Array.newInstance(probeType, 1);
        Array.set(probes, 0, probe);
        monitoring.getClass().getMethod(what, Object[].class).invoke(monitoring, probes);
    }

    /** Called by the thread that reads, one at a time for each connection. */
    @Override
    public Object invoke(Object self, Method method, Object[] arguments) throws ReflectiveOperationException {
        switch (method.getName()) {
            case "onDataReceivedEvent" -> comes(arguments[0]);
            case "onHeaderParseEvent", "onErrorEvent" -> heads.ends(arguments[0]);
            case "equals" -> {
                return self == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(self);
            }
            case "toString" -> {
                return "the gateway's deadline for heads";
            }
            default -> {
                // Answers are of no interest here
            }
        }
        return null;
    }

    private void comes(Object connection) throws ReflectiveOperationException {
        Object request = attribute.invoke(attributes.invoke(connection), COMING);
        if (request != null && !(boolean) isHeaderParsed.invoke(request)) {
            heads.comes(connection, System.nanoTime());
        }
    }

    /** Ends those whose time is over. */
    void look() {
        for (Object connection : heads.late(System.nanoTime())) {
            try {
                terminate.invoke(connection);
            } catch (ReflectiveOperationException e) {
                LOG.log(Level.WARNING, "could not end a connection", Reach.cause(e));
            }
        }
    }

    /** The application goes: nothing may be left of it in the server. */
    @Override
    public void close() {
        try {
            tell("removeProbes");
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "the server may remember this application", Reach.cause(e));
        }
    }
}

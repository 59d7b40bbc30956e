package imagegen.delivery;

import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * For Payara and GlassFish only: hears that the server is asked to stop while it still serves.
 *
 * <p>On SIGTERM they stop listeners and applications at the same time, so an application that is told to go has mostly
 * lost its connections already. What they announce before that, they wait for.
 *
 * <p>Reached by reflection; elsewhere there is nothing to reach, and the application's own end has to do.
 */
final class ServerStop implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ServerStop.class.getName());
    private static final String ANNOUNCED = "prepare_shutdown";

    private final Object events;
    private final Method unregister;
    private final Object listener;

    private ServerStop(Object events, Method unregister, Object listener) {
        this.events = events;
        this.unregister = unregister;
        this.listener = listener;
    }

    /** @param act run by the thread that stops the server, which waits for it */
    static Optional<ServerStop> before(Runnable act) {
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            Class<?> eventsType = Class.forName("org.glassfish.api.event.Events", false, loader);
            Class<?> listenerType = Class.forName("org.glassfish.api.event.EventListener", false, loader);
            Object events = Class.forName("org.glassfish.internal.api.Globals", false, loader)
                    .getMethod("get", Class.class).invoke(null, eventsType);
            Object listener = Proxy.newProxyInstance(ServerStop.class.getClassLoader(), new Class<?>[] {listenerType},
                    handler(act));
            eventsType.getMethod("register", listenerType).invoke(events, listener);
            return Optional.of(new ServerStop(events, eventsType.getMethod("unregister", listenerType), listener));
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            LOG.log(Level.DEBUG, "neither Payara nor GlassFish", e);
            return Optional.empty();
        }
    }

    private static InvocationHandler handler(Runnable act) {
        return (proxy, method, arguments) -> switch (method.getName()) {
            case "event" -> {
                if (ANNOUNCED.equals(name(arguments[0]))) {
                    act.run();
                }
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "the gateway's wish to drain";
        };
    }

    private static Object name(Object event) throws ReflectiveOperationException {
        Method name = event.getClass().getMethod("name");
        return name.invoke(event);
    }

    /** The application goes: nothing may be left of it in the server. */
    @Override
    public void close() {
        try {
            unregister.invoke(events, listener);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "the server may remember this application", e);
        }
    }
}

package imagegen.delivery;

import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * Hears that the server is asked to stop while it still serves.
 *
 * <p>On SIGTERM Payara and GlassFish stop listeners and applications at the same time, so an application that is told to
 * go has mostly lost its connections already. What they announce before that, they wait for; reached by reflection.
 *
 * <p>Elsewhere there is nothing to reach, but a hook of the JVM's runs beside the server's own, which waits for open
 * responses as long as it is configured to: WildFly by {@code org.wildfly.sigterm.suspend.timeout}, Open Liberty by
 * {@code chainQuiesceTimeout}. A stop that leaves the JVM running shows as the application's own end only.
 */
final class ServerStop implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ServerStop.class.getName());
    private static final String ANNOUNCED = "prepare_shutdown";

    /** Takes back what was asked of the server. */
    @FunctionalInterface
    private interface Withdrawal {

        void run() throws ReflectiveOperationException;
    }

    private final Withdrawal withdrawal;

    private ServerStop(Withdrawal withdrawal) {
        this.withdrawal = withdrawal;
    }

    /** @param act run by a thread that stops the server or the JVM, which wait for it */
    static ServerStop before(Runnable act) {
        return announcement(act).orElseGet(() -> hook(act));
    }

    private static ServerStop hook(Runnable act) {
        Thread hook = new Thread(act, "image-gen drain");
        Runtime.getRuntime().addShutdownHook(hook);
        return new ServerStop(() -> Runtime.getRuntime().removeShutdownHook(hook));
    }

    private static Optional<ServerStop> announcement(Runnable act) {
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            Class<?> eventsType = Class.forName("org.glassfish.api.event.Events", false, loader);
            Class<?> listenerType = Class.forName("org.glassfish.api.event.EventListener", false, loader);
            Object events = Class.forName("org.glassfish.internal.api.Globals", false, loader)
                    .getMethod("get", Class.class).invoke(null, eventsType);
            Object listener = Proxy.newProxyInstance(ServerStop.class.getClassLoader(), new Class<?>[] {listenerType},
                    handler(act));
            eventsType.getMethod("register", listenerType).invoke(events, listener);
            Method unregister = eventsType.getMethod("unregister", listenerType);
            return Optional.of(new ServerStop(() -> unregister.invoke(events, listener)));
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
            withdrawal.run();
        } catch (IllegalStateException stopping) {
            LOG.log(Level.DEBUG, "the JVM is about to go, and the application with it", stopping);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "the server may remember this application", e);
        }
    }
}

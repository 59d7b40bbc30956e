package imagegen.delivery.websocket;

import jakarta.websocket.Session;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;

/**
 * Payara and GlassFish, whose WebSockets are Tyrus' on Grizzly. Tyrus queues what can't be written without bound, the
 * answers to pings too, and a session that is closed keeps its socket, and whoever closes it, until the client has taken
 * all of it.
 */
final class TyrusConnection implements SocketConnection {

    private static final System.Logger LOG = System.getLogger(TyrusConnection.class.getName());

    private final Object writer;
    private final Collection<?> queue;

    TyrusConnection(Session session) throws ReflectiveOperationException {
        writer = along(session, "asyncRemote", "webSocket", "protocolHandler", "writer");
        queue = (Collection<?>) along(writer, "queue");
    }

    @Override
    public int waiting() {
        return queue.size();
    }

    @Override
    public void drop(Runnable closing) {
        try {
            // Before it is closed: afterwards there is no way from the session to its connection any more
            Object response = along(writer, "servletOutputStream", "ob", "grizzlyResponse");
            Object connection = call(call(call(response, "getRequest"), "getContext"), "getConnection");
            call(connection, "terminateSilently");
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "could not drop a stalled WebSocket", e);
        }
        closing.run();
    }

    private static Object call(Object target, String name) throws ReflectiveOperationException {
        for (Class<?> at = target.getClass(); at != null; at = at.getSuperclass()) {
            try {
                Method method = at.getDeclaredMethod(name);
                method.setAccessible(true);
                return method.invoke(target);
            } catch (NoSuchMethodException inherited) {
                continue;
            }
        }
        throw new NoSuchMethodException(target.getClass().getName() + "." + name);
    }

    private static Object along(Object from, String... fields) throws ReflectiveOperationException {
        Object at = from;
        for (String name : fields) {
            if (at == null) {
                throw new NoSuchFieldException("null before " + name);
            }
            Field field = field(at.getClass(), name);
            field.setAccessible(true);
            at = field.get(at);
        }
        return at;
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            try {
                return at.getDeclaredField(name);
            } catch (NoSuchFieldException inherited) {
                continue;
            }
        }
        throw new NoSuchFieldException(type.getName() + "." + name);
    }
}

package imagegen.delivery.websocket;

import java.lang.reflect.Field;
import java.lang.reflect.Method;

/** Fields and methods of a server's objects, whoever may see them; the WAR must not name the server's classes. */
final class Inside {

    private Inside() {
    }

    /** What one gets by calling one method without parameters after the other. */
    static Object call(Object target, String... methods) throws ReflectiveOperationException {
        Object at = target;
        for (String name : methods) {
            Method method = method(there(at, name).getClass(), name);
            method.setAccessible(true);
            at = method.invoke(at);
        }
        return at;
    }

    /** What one gets by following one field after the other. */
    static Object along(Object from, String... fields) throws ReflectiveOperationException {
        Object at = from;
        for (String name : fields) {
            Field field = field(there(at, name).getClass(), name);
            field.setAccessible(true);
            at = field.get(at);
        }
        return at;
    }

    private static Object there(Object at, String next) throws ReflectiveOperationException {
        if (at == null) {
            throw new ReflectiveOperationException("null before " + next);
        }
        return at;
    }

    private static Method method(Class<?> type, String name) throws NoSuchMethodException {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            try {
                return at.getDeclaredMethod(name);
            } catch (NoSuchMethodException inherited) {
                continue;
            }
        }
        throw new NoSuchMethodException(type.getName() + "." + name);
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

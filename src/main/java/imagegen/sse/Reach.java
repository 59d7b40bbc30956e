package imagegen.sse;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Calls methods without parameters on objects of a server, whose classes the WAR must not name. Any thread. */
public final class Reach {

    private record Call(Class<?> type, String method) {
    }

    private static final Map<Call, Optional<Method>> METHODS = new ConcurrentHashMap<>();

    private Reach() {
    }

    /** What one gets by calling one method after the other, each on what the one before has given. */
    public static Object along(Object from, String... way) throws ReflectiveOperationException {
        Object at = from;
        for (var step : way) {
            at = method(at, step).invoke(at);
            if (at == null) {
                throw new NoSuchMethodException("nothing behind " + step);
            }
        }
        return at;
    }

    static Method method(Object target, String name) throws NoSuchMethodException {
        return METHODS.computeIfAbsent(new Call(target.getClass(), name), call -> find(call.type, call.method))
                .orElseThrow(() -> new NoSuchMethodException(target.getClass().getName() + "." + name));
    }

    /** What the method itself threw, for a log. */
    public static Throwable cause(ReflectiveOperationException e) {
        return e instanceof InvocationTargetException thrown ? thrown.getCause() : e;
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

package imagegen.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Counters that differ in one tag. Whatever comes in as its value, there are never more than so many of them. */
final class Family {

    static final int MOST = 40;
    static final String OTHER = "other";

    private static final Pattern PLAIN = Pattern.compile("[a-z0-9][a-z0-9_-]{0,39}");

    private final ConcurrentHashMap<String, Counter> counters = new ConcurrentHashMap<>();
    private final Function<String, Counter> maker;

    Family(Function<String, Counter> maker) {
        this.maker = maker;
    }

    void increment(String value) {
        of(value).increment();
    }

    Counter of(String value) {
        var counter = counters.get(value);
        if (counter != null) {
            return counter;
        }
        var bounded = counters.size() < MOST && PLAIN.matcher(value).matches() ? value : OTHER;
        return counters.computeIfAbsent(bounded, maker);
    }
}

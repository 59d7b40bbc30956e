package imagegen.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What browsers say of one transport. Their quantiles can't be added up, so each is spread over its own histogram: of
 * the medians that browsers saw, of the 95th percentiles, and so on. Any thread.
 */
public final class ClientMeter {

    private static final Duration[] TIMES = LongStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000)
            .mapToObj(Duration::ofMillis).toArray(Duration[]::new);

    private final Counter opens;
    private final Counter reconnects;
    private final Counter messages;
    private final Counter errors;
    private final Timer firstEvent;
    private final Map<Quantile, Timer> latency;

    /** The latencies that a browser tells. */
    public enum Quantile {
        P50, P95, P99;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    ClientMeter(MeterRegistry registry, String transport) {
        opens = counter(registry, transport, "image.gen.client.opens", "Connections that browsers opened");
        reconnects = counter(registry, transport, "image.gen.client.reconnects",
                "Connections that browsers opened again");
        messages = counter(registry, transport, "image.gen.client.messages", "Updates that browsers received");
        errors = counter(registry, transport, "image.gen.client.errors", "Failed tries to connect, in browsers");
        firstEvent = timer("image.gen.client.first.event", "From connecting to the first event, in browsers")
                .tag("transport", transport).register(registry);
        latency = Arrays.stream(Quantile.values())
                .collect(Collectors.toUnmodifiableMap(Function.identity(),
                        quantile -> timer("image.gen.client.latency",
                                "How browsers saw this quantile of their own latencies")
                                .tag("transport", transport).tag("statistic", quantile.wireName())
                                .register(registry)));
    }

    private static Counter counter(MeterRegistry registry, String transport, String name, String description) {
        return Counter.builder(name).description(description).tag("transport", transport).register(registry);
    }

    private static Timer.Builder timer(String name, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(TIMES);
    }

    /** So many since the browser's last report. */
    public void counted(long opens, long reconnects, long messages, long errors) {
        this.opens.increment(opens);
        this.reconnects.increment(reconnects);
        this.messages.increment(messages);
        this.errors.increment(errors);
    }

    public void firstEvent(double millis) {
        firstEvent.record(nanos(millis), TimeUnit.NANOSECONDS);
    }

    public void latency(Quantile quantile, double millis) {
        latency.get(quantile).record(nanos(millis), TimeUnit.NANOSECONDS);
    }

    private static long nanos(double millis) {
        return (long) (millis * 1_000_000);
    }
}

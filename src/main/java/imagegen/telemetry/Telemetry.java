package imagegen.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Everything that is measured. Any thread; nothing here blocks or fails. Take meters once and keep them in a field:
 * looking one up costs more than using it.
 */
@ApplicationScoped
public class Telemetry {

    /** The transports by the names that they have everywhere outside of Java. */
    public static final List<String> TRANSPORTS = List.of("sse", "websocket", "polling");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, TransportMeter> transports;
    private final Map<String, ClientMeter> clients;
    private final IntakeMeter intake;
    private final Family refused;
    private final Family moves;

    public Telemetry() {
        transports = forEachTransport(name -> new TransportMeter(registry, name));
        clients = forEachTransport(name -> new ClientMeter(registry, name));
        intake = new IntakeMeter(registry);
        refused = new Family(problem -> Counter.builder("image.gen.refused")
                .description("Requests answered with a problem document").tag("problem", problem).register(registry));
        moves = new Family(to -> Counter.builder("image.gen.transport.moves")
                .description("Open streams told to go on with another transport").tag("to", to).register(registry));
        // Read when somebody scrapes, and free otherwise.
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private static <T> Map<String, T> forEachTransport(Function<String, T> meter) {
        return TRANSPORTS.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), meter));
    }

    /**
     * What one transport does for its streams.
     *
     * @param name one of {@link #TRANSPORTS}
     */
    public TransportMeter transport(String name) {
        return known(transports, name);
    }

    /** What browsers say of one transport. */
    public ClientMeter client(String name) {
        return known(clients, name);
    }

    private static <T> T known(Map<String, T> meters, String name) {
        return Optional.ofNullable(meters.get(name))
                .orElseThrow(() -> new IllegalArgumentException("not one of " + TRANSPORTS));
    }

    /** What comes in from the backend. */
    public IntakeMeter intake() {
        return intake;
    }

    /** A request was answered with the problem of that short name. */
    public void refused(String problem) {
        refused.increment(problem);
    }

    /** An open stream was told to go on with that transport. */
    public void moved(String to) {
        moves.increment(to);
    }

    /**
     * Shows which of several states holds: one series for each, of which one is 1. To be called once.
     *
     * @param current asked at every scrape
     */
    public void backendState(Collection<String> states, Supplier<String> current) {
        for (var state : states) {
            Gauge.builder("image.gen.backend.state", () -> state.equals(current.get()) ? 1 : 0)
                    .description("1 for the state that the image backend is in").tag("state", state)
                    .register(registry);
        }
    }

    /**
     * Shows a number that somebody else keeps, such as {@code image.gen.users}. To be called once for each name.
     *
     * @param source held weakly: once it is collected there is no number
     */
    public <T> void gauge(String name, String description, T source, ToDoubleFunction<T> number) {
        Gauge.builder(name, source, number).description(description).tags(Tags.empty()).register(registry);
    }

    String scrape(String contentType) {
        return registry.scrape(contentType);
    }

    @PreDestroy
    void close() {
        registry.close();
    }
}

package imagegen.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What comes in from the image backend. Any thread. */
public final class IntakeMeter {

    private final Counter streamed;
    private final Counter polled;
    private final Counter reconnects;
    private final Family discarded;

    /** @param registry where it counts */
    public IntakeMeter(MeterRegistry registry) {
        streamed = received(registry, "stream");
        polled = received(registry, "poll");
        reconnects = Counter.builder("image.gen.backend.reconnects")
                .description("Streams of the backend that had to be opened again").register(registry);
        discarded = new Family(reason -> Counter.builder("image.gen.backend.discarded")
                .description("Messages of the backend that could not be used, by reason").tag("reason", reason)
                .register(registry));
    }

    private static Counter received(MeterRegistry registry, String source) {
        return Counter.builder("image.gen.updates.received").description("Updates that came from the backend")
                .tag("source", source).register(registry);
    }

    /** An update came over the backend's stream. */
    public void streamed() {
        streamed.increment();
    }

    /** An update was found by asking. */
    public void polled() {
        polled.increment();
    }

    public void reconnected() {
        reconnects.increment();
    }

    /** @param reason one of a few fixed words, such as {@code malformed} */
    public void discarded(String reason) {
        discarded.increment(reason);
    }
}

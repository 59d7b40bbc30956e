package imagegen.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** What one transport does for its streams. Any thread; {@link #delivered} costs less than 0.1 microseconds. */
public final class TransportMeter {

    private static final Duration[] LATENCIES = LongStream
            .of(500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
                    20_000_000)
            .mapToObj(micros -> Duration.ofNanos(micros * 1000)).toArray(Duration[]::new);
    private static final Duration[] DURATIONS = LongStream.of(1, 5, 15, 60, 300, 900, 3_600, 14_400)
            .mapToObj(Duration::ofSeconds).toArray(Duration[]::new);

    private final AtomicInteger open = new AtomicInteger();
    private final Counter opened;
    private final Counter delivered;
    private final Timer latency;
    private final Timer duration;
    private final Family closed;
    private final Family resumes;

    TransportMeter(MeterRegistry registry, String transport) {
        Gauge.builder("image.gen.streams.open", open, AtomicInteger::get).description("Streams that are open now")
                .tag("transport", transport).register(registry);
        opened = Counter.builder("image.gen.streams.opened").description("Streams that were opened")
                .tag("transport", transport).register(registry);
        closed = new Family(reason -> Counter.builder("image.gen.streams.closed")
                .description("Streams that have ended, by reason")
                .tag("transport", transport).tag("reason", reason).register(registry));
        delivered = Counter.builder("image.gen.updates.delivered").description("Updates handed to a client's socket")
                .tag("transport", transport).register(registry);
        latency = Timer.builder("image.gen.delivery.latency")
                .description("From the log to a client's socket, for updates delivered live")
                .tag("transport", transport).serviceLevelObjectives(LATENCIES).register(registry);
        duration = Timer.builder("image.gen.stream.duration").description("How long streams were open")
                .tag("transport", transport).serviceLevelObjectives(DURATIONS).register(registry);
        resumes = new Family(verdict -> Counter.builder("image.gen.resumes")
                .description("Streams that came with a cursor, by what the log could serve")
                .tag("transport", transport).tag("verdict", verdict).register(registry));
    }

    public void opened() {
        open.incrementAndGet();
        opened.increment();
    }

    /**
     * Goes with one {@link #opened}.
     *
     * @param reason one of a few fixed words, such as {@code client-left}
     * @param nanos how long it was open
     */
    public void closed(String reason, long nanos) {
        open.decrementAndGet();
        closed.increment(reason);
        duration.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** One live update was handed to the socket so many nanoseconds after it was appended to the log. */
    public void delivered(long nanos) {
        delivered.increment();
        latency.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** So many updates were delivered that had waited in the log for their reader: counted, but not timed. */
    public void replayed(int updates) {
        delivered.increment(updates);
    }

    /** @param verdict {@code complete}, {@code expired} or {@code unknown} */
    public void resumed(String verdict) {
        resumes.increment(verdict);
    }
}

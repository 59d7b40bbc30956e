package imagegen.embedded;

import imagegen.sse.AsyncEventSink;
import imagegen.sse.OutputEnd;
import imagegen.update.UpdateCodec;
import jakarta.json.Json;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * One reader of the {@link Feed}, as an event stream.
 *
 * <p>It remembers a place in the feed instead of a queue: while its client takes nothing, nothing piles up, and whoever
 * posts goes on at once. All methods may be called from any thread and none waits; at any time one thread at most is
 * sending, and whoever comes meanwhile only leaves word ({@code calls}) that there is more.
 */
final class EventStream implements Feed.Listener {

    /** Who reads, what of it, and from where. */
    record Reader(String user, boolean service, Predicate<Feed.Item> wanted, long from, Instant until) {
    }

    private final Feed feed;
    private final String epoch;
    private final Reader reader;
    private final Sse sse;
    private final AsyncEventSink sink;
    private final Runnable whenClosed;

    // Any thread.
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean heartbeatDue;
    private volatile boolean ending;

    // The thread that sends.
    private long place;
    private boolean opened;

    // The thread that ticks.
    private Instant nextHeartbeat;

    /** @param whenClosed hears that the sink has ended, whoever ended it */
    EventStream(Feed feed, String epoch, Reader reader, Sse sse, AsyncEventSink sink, Instant firstHeartbeat,
            Runnable whenClosed) {
        this.feed = feed;
        this.epoch = epoch;
        this.reader = reader;
        this.sse = sse;
        this.sink = sink;
        this.place = reader.from;
        this.nextHeartbeat = firstHeartbeat;
        this.whenClosed = whenClosed;
    }

    void start() {
        feed.listen(this);
        sink.onClose(end -> {
            feed.unlisten(this);
            whenClosed.run();
        });
        sink.open(this::pump);
    }

    String user() {
        return reader.user;
    }

    @Override
    public void news(String user) {
        if (reader.service || reader.user.equals(user)) {
            pump();
        }
    }

    /**
     * To be called about once a second, by one thread at a time: heartbeats, the token's end, stalled clients.
     *
     * @param nanos monotonic, as {@link System#nanoTime()}
     */
    void tick(Instant now, long nanos, Duration heartbeat, Duration stall) {
        long stalled = sink.stalledFor(nanos);
        if (stalled > stall.toNanos()) {
            sink.close(new OutputEnd.Stalled(Duration.ofNanos(stalled)));
        } else if (!now.isBefore(reader.until)) {
            end();
        } else if (!now.isBefore(nextHeartbeat)) {
            nextHeartbeat = now.plus(heartbeat);
            heartbeatDue = true;
            pump();
        }
    }

    /** Ends in good order, after what has been written. */
    void end() {
        ending = true;
        pump();
    }

    private void pump() {
        if (calls.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            send();
            seen = calls.addAndGet(-seen);
        } while (seen > 0);
    }

    private void send() {
        while (sink.ready()) {
            Optional<OutboundSseEvent> next = next();
            if (next.isPresent()) {
                sink.send(List.of(next.get()));
            } else {
                if (ending) {
                    sink.close();
                }
                return;
            }
        }
    }

    private Optional<OutboundSseEvent> next() {
        if (!opened) {
            opened = true;
            return Optional.of(sse.newEventBuilder().reconnectDelay(1000).build());
        }
        if (heartbeatDue) {
            heartbeatDue = false;
            return Optional.of(sse.newEvent("heartbeat", "{\"type\":\"ping\"}"));
        }
        Optional<Feed.Item> item = feed.after(place, reader.wanted);
        item.ifPresent(it -> place = it.sequence());
        return item.map(this::event);
    }

    private OutboundSseEvent event(Feed.Item item) {
        return sse.newEventBuilder().name("message").id(epoch + '-' + item.sequence())
            .data(message(item, reader.service)).build();
    }

    /** The plan's message; to a service that sees everybody's, with its owner. */
    static byte[] message(Feed.Item item, boolean withOwner) {
        byte[] plain = UpdateCodec.encode(item.update());
        if (!withOwner) {
            return plain;
        }
        byte[] owner = ("{\"user_id\":" + Json.createValue(item.user()) + ',').getBytes(StandardCharsets.UTF_8);
        byte[] message = new byte[owner.length + plain.length - 1];
        System.arraycopy(owner, 0, message, 0, owner.length);
        System.arraycopy(plain, 1, message, owner.length, plain.length - 1);
        return message;
    }
}

package imagegen.embedded;

import imagegen.update.UpdateCodec;
import jakarta.json.Json;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * One reader of the {@link Feed}, as an event stream over Servlet non-blocking output.
 *
 * <p>It remembers a place in the feed instead of a queue: while its client takes nothing, nothing piles up, and whoever
 * posts goes on at once. All methods may be called from any thread and none waits; at any time one thread at most is
 * writing, and whoever comes meanwhile only leaves word ({@code calls}) that there is more.
 */
final class EventStream implements Feed.Listener {

    private static final byte[] HEARTBEAT = utf8("event: heartbeat\ndata: {\"type\":\"ping\"}\n\n");

    /** Who reads, what of it, and from where. */
    record Reader(String user, boolean service, Predicate<Feed.Item> wanted, long from, Instant until) {
    }

    private final Feed feed;
    private final String epoch;
    private final Reader reader;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Runnable completion;
    private final Runnable whenClosed;

    // Any thread.
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean heartbeatDue;
    private volatile boolean ending;
    private volatile Optional<Instant> stuckSince = Optional.empty();

    // The thread that writes.
    private long place;
    private boolean unflushed;
    private boolean opened;

    // The thread that ticks.
    private Instant nextHeartbeat;

    /** @param completion ends the request; @param whenClosed hears that it has ended, whoever ended it */
    EventStream(Feed feed, String epoch, Reader reader, AsyncContext context, Runnable completion,
            Instant firstHeartbeat, Runnable whenClosed) throws IOException {
        this.feed = feed;
        this.epoch = epoch;
        this.reader = reader;
        this.context = context;
        this.out = context.getResponse().getOutputStream();
        this.place = reader.from;
        this.nextHeartbeat = firstHeartbeat;
        this.completion = completion;
        this.whenClosed = whenClosed;
    }

    void start() {
        context.setTimeout(0);
        context.addListener(new Ends());
        feed.listen(this);
        out.setWriteListener(new Writes());
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

    /** To be called about once a second, by one thread at a time: heartbeats, the token's end, stalled clients. */
    void tick(Instant now, Duration heartbeat, Duration stall) {
        if (stuckSince.filter(since -> since.plus(stall).isBefore(now)).isPresent()) {
            close();
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
            write();
            seen = calls.addAndGet(-seen);
        } while (seen > 0);
    }

    private void write() {
        try {
            while (!closed.get() && out.isReady()) {
                Optional<byte[]> next = next();
                if (next.isPresent()) {
                    out.write(next.get());
                    unflushed = true;
                } else if (unflushed) {
                    unflushed = false;
                    out.flush();
                } else {
                    stuckSince = Optional.empty();
                    if (ending) {
                        close();
                    }
                    return;
                }
            }
            if (stuckSince.isEmpty()) {
                stuckSince = Optional.of(Instant.now());
            }
        } catch (IOException | IllegalStateException gone) {
            close();
        }
    }

    private Optional<byte[]> next() {
        if (!opened) {
            opened = true;
            return Optional.of(utf8("retry: 1000\n\n"));
        }
        if (heartbeatDue) {
            heartbeatDue = false;
            return Optional.of(HEARTBEAT);
        }
        Optional<Feed.Item> item = feed.after(place, reader.wanted);
        item.ifPresent(it -> place = it.sequence());
        return item.map(this::event);
    }

    private byte[] event(Feed.Item item) {
        var event = new ByteArrayOutputStream(512);
        event.writeBytes(utf8("event: message\nid: " + epoch + '-' + item.sequence() + "\ndata: "));
        event.writeBytes(message(item, reader.service));
        event.writeBytes(utf8("\n\n"));
        return event.toByteArray();
    }

    /** The plan's message; to a service that sees everybody's, with its owner. */
    static byte[] message(Feed.Item item, boolean withOwner) {
        byte[] plain = UpdateCodec.encode(item.update());
        if (!withOwner) {
            return plain;
        }
        byte[] owner = utf8("{\"user_id\":" + Json.createValue(item.user()) + ',');
        byte[] message = new byte[owner.length + plain.length - 1];
        System.arraycopy(owner, 0, message, 0, owner.length);
        System.arraycopy(plain, 1, message, owner.length, plain.length - 1);
        return message;
    }

    private void close() {
        if (closed.compareAndSet(false, true)) {
            forgotten();
            completion.run();
        }
    }

    private void forgotten() {
        feed.unlisten(this);
        whenClosed.run();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private final class Writes implements WriteListener {
        @Override
        public void onWritePossible() {
            stuckSince = Optional.empty();
            pump();
        }

        @Override
        public void onError(Throwable gone) {
            close();
        }
    }

    private final class Ends implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            if (closed.compareAndSet(false, true)) {
                forgotten();
            }
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            close();
        }

        @Override
        public void onError(AsyncEvent event) {
            close();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // Nobody starts it again.
        }
    }
}

package imagegen.embedded;

import imagegen.sse.AsyncEventSink;
import imagegen.sse.AsyncSse;
import imagegen.update.RequestId;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The open event streams. Any thread. */
final class EventStreams {

    static final int MOST_PER_USER = 64;

    private final AsyncSse sse = new AsyncSse();
    private final Feed feed;
    private final Settings settings;
    private final Clock clock;
    private final ScheduledExecutorService scheduler;
    /** Tells the event ids of this start from those of an earlier one, whose numbers mean something else. */
    private final String epoch = UUID.randomUUID().toString().substring(0, 8);
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    /** Guarded by this: there is a tick only while there are streams. */
    private Optional<ScheduledFuture<?>> ticking = Optional.empty();

    EventStreams(Feed feed, Settings settings, Clock clock, ScheduledExecutorService scheduler) {
        this.feed = feed;
        this.settings = settings;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    /** What its sinks are made by. */
    AsyncSse sse() {
        return sse;
    }

    /** Whether this user may open another one. */
    boolean roomFor(String user) {
        return streams.stream().filter(stream -> stream.user().equals(user)).count() < MOST_PER_USER;
    }

    /**
     * Streams to a caller until its token ends.
     *
     * @param requests only these, or all when there are none
     * @param lastEventId the last event that the caller has seen: what it lacks comes first; one that is not known is
     *     taken for "nothing", so that the state of every known request comes first. None: only what is still to come
     */
    void open(Visitor visitor, Collection<RequestId> requests, Optional<String> lastEventId, AsyncEventSink sink) {
        Predicate<Feed.Item> wanted = item -> visitor.maySee(item)
            && (requests.isEmpty() || requests.contains(item.update().requestId()));
        Instant now = clock.instant();
        long from = lastEventId.map(this::place).orElseGet(feed::head);
        var reader = new EventStream.Reader(visitor.user(), visitor.service(), wanted, from, visitor.until());
        EventStream[] self = new EventStream[1];
        self[0] = new EventStream(
            feed, epoch, reader, sse, sink, now.plus(settings.heartbeat()), () -> forget(self[0]));
        streams.add(self[0]);
        keepTicking();
        self[0].start();
    }

    void close() {
        streams.forEach(EventStream::end);
        stopTicking();
    }

    private long place(String lastEventId) {
        String prefix = epoch + '-';
        if (!lastEventId.startsWith(prefix)) {
            return 0;
        }
        try {
            long place = Long.parseLong(lastEventId.substring(prefix.length()));
            return place < 0 || place > feed.head() ? 0 : place;
        } catch (NumberFormatException forged) {
            return 0;
        }
    }

    private void tick() {
        Instant now = clock.instant();
        long nanos = System.nanoTime();
        streams.forEach(stream -> stream.tick(now, nanos, settings.heartbeat(), settings.stall()));
    }

    private void forget(EventStream stream) {
        streams.remove(stream);
    }

    private synchronized void keepTicking() {
        if (ticking.isEmpty()) {
            ticking = Optional.of(scheduler.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS));
        }
    }

    private synchronized void stopTicking() {
        ticking.ifPresent(tick -> tick.cancel(false));
        ticking = Optional.empty();
    }
}

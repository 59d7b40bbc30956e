package imagegen.delivery.sse;

import imagegen.delivery.CloseReason;
import imagegen.delivery.Notice;
import imagegen.delivery.Outlet;
import imagegen.delivery.Subscription;
import imagegen.log.Entry;
import imagegen.sse.AsyncEventSink;
import imagegen.sse.OutputEnd;
import imagegen.update.Cursor;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A subscriber's event stream: what is due at one time is sent in one write. */
final class EventStreamOutlet implements Outlet {

    /** Bytes of data after which what is due is sent, and the client asked whether it takes more. */
    private static final int GATHERED = 8192;

    private final AsyncEventSink sink;
    private final Events events;
    private volatile CloseReason reason;

    // The thread that moves updates
    private final List<OutboundSseEvent> due = new ArrayList<>(1);
    private int size;

    EventStreamOutlet(AsyncEventSink sink, Events events, Subscription subscription) {
        this.sink = sink;
        this.events = events;
        sink.onClose(end -> subscription.ended(Optional.ofNullable(reason).orElse(reason(end))));
    }

    private static CloseReason reason(OutputEnd end) {
        return switch (end) {
            case OutputEnd.Overflowed overflowed -> CloseReason.STALLED;
            case OutputEnd.Stalled stalled -> CloseReason.STALLED;
            case OutputEnd.ClientGone gone -> CloseReason.CLIENT_LEFT;
            case OutputEnd.Closed closed -> CloseReason.CLIENT_LEFT;
            case OutputEnd.EndedByContainer ended -> CloseReason.CLIENT_LEFT;
        };
    }

    @Override
    public boolean ready() {
        if (size >= GATHERED) {
            flush();
        }
        return sink.ready();
    }

    @Override
    public void send(Cursor cursor, Entry entry) {
        size += entry.json().length;
        due.add(events.of(cursor, entry));
    }

    @Override
    public void send(Notice notice) {
        size += notice.json().length();
        due.add(events.of(notice));
    }

    @Override
    public void flush() {
        if (!due.isEmpty()) {
            sink.send(due);
            due.clear();
            size = 0;
        }
    }

    @Override
    public void close(CloseReason why) {
        if (reason == null) {
            reason = why;
        }
        sink.close(why == CloseReason.STALLED
                ? new OutputEnd.Stalled(Duration.ofNanos(sink.stalledFor(System.nanoTime()))) : new OutputEnd.Closed());
    }

    @Override
    public long stalledFor(long nanoTime) {
        return sink.stalledFor(nanoTime);
    }
}

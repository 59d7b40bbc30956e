package imagegen.delivery.sse;

import imagegen.delivery.Notice;
import imagegen.log.Entry;
import imagegen.update.Cursor;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;

/** What is delivered, as events. */
final class Events {

    private final Sse sse;

    Events(Sse sse) {
        this.sse = sse;
    }

    /** The only event with an id: whoever presents it gets what came after. */
    OutboundSseEvent of(Cursor cursor, Entry entry) {
        return json("message", entry.json()).id(cursor.toString()).build();
    }

    OutboundSseEvent of(Notice notice) {
        OutboundSseEvent.Builder event = json(notice.event(), notice.json());
        notice.retry().map(Duration::toMillis).ifPresent(event::reconnectDelay);
        return event.build();
    }

    private OutboundSseEvent.Builder json(String name, Object data) {
        return sse.newEventBuilder().name(name).mediaType(MediaType.APPLICATION_JSON_TYPE).data(data);
    }
}

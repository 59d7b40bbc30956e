package imagegen.bench.container;

import imagegen.log.Entry;
import imagegen.log.Logs;
import imagegen.log.Reader;
import imagegen.log.Reading;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** One user's updates as the container's events, sent by the thread that appends them. */
final class Feed {

    private final Sse sse;
    private final Predicate<OutboundSseEvent> send;

    // Guarded by this
    private Reader reader;

    /** @param send says whether there is still somebody to send to */
    Feed(Sse sse, Predicate<OutboundSseEvent> send) {
        this.sse = sse;
        this.send = send;
    }

    synchronized void open(Logs logs, String user) {
        reader = logs.open(user, Optional.empty(), Set.of(), this::sendAll);
        sendAll();
    }

    private synchronized void sendAll() {
        for (Optional<Reading> next = reader.next(); next.isPresent(); next = reader.next()) {
            if (next.get() instanceof Entry entry && !send.test(event(entry))) {
                reader.close();
                return;
            }
        }
    }

    private OutboundSseEvent event(Entry entry) {
        return sse.newEventBuilder().name("message").id(reader.cursor().toString())
                .mediaType(MediaType.APPLICATION_JSON_TYPE).data(byte[].class, entry.json()).build();
    }
}

package imagegen.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Providers;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.Optional;

/**
 * Turns events into the bytes that travel, so that one event is encoded once for however many receivers. Immutable; for
 * any number of threads. What it writes, {@link EventStreamParser} reads back unchanged.
 *
 * <p>Text and {@code byte[]} (taken for UTF-8) are written as they are, numbers and booleans as text; anything else
 * needs a {@link MessageBodyWriter} from the {@link Providers} it was made with.
 */
public final class EventEncoder {

    private static final byte[] DATA = "data: ".getBytes(UTF_8);
    private static final Annotation[] NO_ANNOTATIONS = {};

    private final Optional<Providers> providers;

    /** For text and bytes. */
    public EventEncoder() {
        this.providers = Optional.empty();
    }

    /** @param providers as a resource gets them with {@code @Context} */
    public EventEncoder(Providers providers) {
        this.providers = Optional.of(providers);
    }

    /**
     * @throws IllegalArgumentException for a name or an id with a line break in it, or an id with U+0000
     * @throws ProcessingException for data that nobody can write
     */
    public byte[] encode(OutboundSseEvent event) {
        var out = new Writer();
        if (event.getComment() != null) {
            out.lines(": ", event.getComment().getBytes(UTF_8));
        }
        if (event.getName() != null) {
            out.field("event", event.getName());
        }
        if (event.getId() != null) {
            out.field("id", checkedId(event.getId()));
        }
        if (event.isReconnectDelaySet()) {
            out.field("retry", Long.toString(event.getReconnectDelay()));
        }
        if (event.getData() != null) {
            out.lines("data: ", data(event));
        }
        return out.end();
    }

    /**
     * An event of nothing but these, without going through an {@link OutboundSseEvent}.
     *
     * @param id no {@code id} field when empty: an event that would reset the last event ID is not made here
     */
    public static byte[] encode(String name, String id, byte[] data) {
        var out = new Writer();
        out.field("event", name);
        if (!id.isEmpty()) {
            out.field("id", checkedId(id));
        }
        out.lines("data: ", data);
        return out.end();
    }

    private static String checkedId(String id) {
        if (id.indexOf('\0') >= 0) {
            // [spec] a reader ignores such an id, and resumes from the one before it
            throw new IllegalArgumentException("an id with U+0000");
        }
        return id;
    }

    private byte[] data(OutboundSseEvent event) {
        var data = event.getData();
        if (data instanceof byte[] bytes) {
            return bytes;
        }
        if (data instanceof CharSequence || data instanceof Number || data instanceof Boolean
                || data instanceof Character) {
            return data.toString().getBytes(UTF_8);
        }
        return written(event, data);
    }

    private byte[] written(OutboundSseEvent event, Object data) {
        var type = event.getType() != null ? event.getType() : data.getClass();
        var genericType = event.getGenericType() != null ? event.getGenericType() : type;
        @SuppressWarnings("unchecked") // asked for by this very type
        var writer = (MessageBodyWriter<Object>) providers.map(all ->
                all.getMessageBodyWriter(type, genericType, NO_ANNOTATIONS, event.getMediaType())).orElse(null);
        if (writer == null) {
            throw new ProcessingException("no writer for " + type.getName()
                    + " as " + event.getMediaType().getType() + "/" + event.getMediaType().getSubtype());
        }
        var bytes = new ByteArrayOutputStream();
        try {
            writer.writeTo(data, type, genericType, NO_ANNOTATIONS, event.getMediaType(), new MultivaluedHashMap<>(),
                    bytes);
        } catch (IOException e) {
            throw new ProcessingException(e);
        }
        return bytes.toByteArray();
    }

    private static final class Writer extends ByteArrayOutputStream {

        Writer() {
            super(512);
        }

        void field(String name, String value) {
            for (int i = 0; i < value.length(); i++) {
                if (value.charAt(i) == '\n' || value.charAt(i) == '\r') {
                    throw new IllegalArgumentException("a line break in the field " + name);
                }
            }
            writeBytes((name + ": " + value + "\n").getBytes(UTF_8));
        }

        /** One field for each line; a line break of any of the three kinds arrives as LF. */
        void lines(String prefix, byte[] value) {
            var start = prefix.equals("data: ") ? DATA : prefix.getBytes(UTF_8);
            int from = 0;
            for (int i = 0; i < value.length; i++) {
                if (value[i] == '\n' || value[i] == '\r') {
                    line(start, value, from, i);
                    if (value[i] == '\r' && i + 1 < value.length && value[i + 1] == '\n') {
                        i++;
                    }
                    from = i + 1;
                }
            }
            line(start, value, from, value.length);
        }

        private void line(byte[] start, byte[] value, int from, int to) {
            writeBytes(start);
            write(value, from, to - from);
            write('\n');
        }

        byte[] end() {
            write('\n');
            return toByteArray();
        }
    }
}

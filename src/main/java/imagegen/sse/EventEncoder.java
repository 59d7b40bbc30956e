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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Turns events into the bytes that travel, so that one event is encoded once for however many receivers. Immutable; for
 * any number of threads. What it writes, {@link EventStreamParser} reads back unchanged.
 *
 * <p>Text and {@code byte[]} (taken for UTF-8) are written as they are, numbers and booleans as text; anything else
 * needs a {@link MessageBodyWriter} from the {@link Providers} it was made with.
 */
public final class EventEncoder {

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
        return encode(List.of(event));
    }

    /** Several events, one after the other. Throws as for one. */
    byte[] encode(List<OutboundSseEvent> events) {
        int size = 0;
        for (var event : events) {
            size += usualSize(event);
        }
        var out = new Bytes(size);
        for (var event : events) {
            encode(event, out);
        }
        return out.all();
    }

    private void encode(OutboundSseEvent event, Bytes out) {
        if (event.getComment() != null) {
            lines("", event.getComment().getBytes(UTF_8), out);
        }
        if (event.isReconnectDelaySet()) {
            field("retry", Long.toString(event.getReconnectDelay()), out);
        }
        if (event.getId() != null) {
            field("id", checkedId(event.getId()), out);
        }
        if (event.getName() != null) {
            field("event", event.getName(), out);
        }
        if (event.getData() != null) {
            lines("data", data(event), out);
        }
        out.add('\n');
    }

    /** What an event of ASCII without line breaks takes, so that its bytes are not moved; others may take more. */
    private static int usualSize(OutboundSseEvent event) {
        int size = "\n".length();
        if (event.getId() != null) {
            size += "id: \n".length() + event.getId().length();
        }
        if (event.getName() != null) {
            size += "event: \n".length() + event.getName().length();
        }
        if (event.getData() instanceof byte[] bytes) {
            size += "data: \n".length() + bytes.length;
        } else if (event.getData() instanceof String text) {
            size += "data: \n".length() + text.length();
        }
        return size;
    }

    private static String checkedId(String id) {
        if (id.indexOf('\0') >= 0) {
            // [spec] a reader ignores such an id, and resumes from the one before it
            throw new IllegalArgumentException("an id with U+0000");
        }
        return id;
    }

    private static void field(String name, String value, Bytes out) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a line break in the field " + name);
        }
        var bytes = value.getBytes(UTF_8);
        line(name, bytes, 0, bytes.length, out);
    }

    /** One field for each line; a line break of any of the three kinds arrives as LF. */
    private static void lines(String name, byte[] value, Bytes out) {
        int from = 0;
        for (int i = 0; i < value.length; i++) {
            if (value[i] == '\n' || value[i] == '\r') {
                line(name, value, from, i, out);
                if (value[i] == '\r' && i + 1 < value.length && value[i + 1] == '\n') {
                    i++;
                }
                from = i + 1;
            }
        }
        line(name, value, from, value.length, out);
    }

    private static void line(String name, byte[] value, int from, int to, Bytes out) {
        for (int i = 0; i < name.length(); i++) {
            out.add(name.charAt(i));
        }
        out.add(':');
        out.add(' ');
        out.add(value, from, to);
        out.add('\n');
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

    /** Grows as it must; unlike a {@link ByteArrayOutputStream} without a lock, nor a copy where the size was known. */
    private static final class Bytes {

        private byte[] bytes;
        private int size;

        Bytes(int expected) {
            bytes = new byte[expected];
        }

        /** @param ascii below U+0080 */
        void add(char ascii) {
            room(1);
            bytes[size++] = (byte) ascii;
        }

        void add(byte[] more, int from, int to) {
            room(to - from);
            System.arraycopy(more, from, bytes, size, to - from);
            size += to - from;
        }

        private void room(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
            }
        }

        byte[] all() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
    }
}

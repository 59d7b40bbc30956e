package imagegen.sse;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.InboundSseEvent;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An event as it came from the stream. Its data reads as {@link String}, {@code byte[]} or {@link InputStream}; for any
 * other type decode {@link #bytes()} yourself, since a plain event source has no message body readers.
 */
public final class ReceivedEvent implements InboundSseEvent {

    private final String name;
    private final Optional<String> id;
    private final String lastEventId;
    private final OptionalLong retryMillis;
    private final byte[] bytes;

    ReceivedEvent(String name, Optional<String> id, String lastEventId, OptionalLong retryMillis, byte[] bytes) {
        this.name = name;
        this.id = id;
        this.lastEventId = lastEventId;
        this.retryMillis = retryMillis;
        this.bytes = bytes;
    }

    /** The type, {@code message} where the stream gave none. */
    @Override
    public String getName() {
        return name;
    }

    /** The id of this very event; null, as JAX-RS wants it, when it has none. */
    @Override
    public String getId() {
        return id.orElse(null);
    }

    /** The id of this event or of the last one before it that had one; empty where there was none. */
    public String lastEventId() {
        return lastEventId;
    }

    /** Null: the standard ignores comments. */
    @Override
    public String getComment() {
        return null;
    }

    @Override
    public long getReconnectDelay() {
        return retryMillis.orElse(RECONNECT_NOT_SET);
    }

    @Override
    public boolean isReconnectDelaySet() {
        return retryMillis.isPresent();
    }

    @Override
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The data as it was sent, nominally UTF-8. The array is this event's own: don't change it. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public String readData() {
        return Utf8.decode(bytes, 0, bytes.length);
    }

    @Override
    public <T> T readData(Class<T> type) {
        Object value;
        if (type.isAssignableFrom(String.class)) {
            value = readData();
        } else if (type == byte[].class) {
            value = bytes.clone();
        } else if (type.isAssignableFrom(ByteArrayInputStream.class)) {
            value = new ByteArrayInputStream(bytes);
        } else {
            throw new ProcessingException("no reader for " + type.getName() + ": use bytes()");
        }
        return type.cast(value);
    }

    @Override
    @SuppressWarnings("unchecked") // a GenericType<T> has T's own raw type
    public <T> T readData(GenericType<T> type) {
        return (T) readData(type.getRawType());
    }

    @Override
    public <T> T readData(Class<T> type, MediaType mediaType) {
        return readData(type);
    }

    @Override
    public <T> T readData(GenericType<T> type, MediaType mediaType) {
        return readData(type);
    }

    /** Without the data, which may be private. */
    @Override
    public String toString() {
        return "event " + name + id.map(value -> " id " + value).orElse("") + ", " + bytes.length + " bytes";
    }
}

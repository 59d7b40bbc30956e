package imagegen.sse;

import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEvent;
import java.lang.reflect.Type;
import java.util.Objects;

/** An event as an application describes it; null, as JAX-RS has it, for what it does not say. */
final class OutboundEvent implements OutboundSseEvent {

    private final String id;
    private final String name;
    private final String comment;
    private final long reconnectDelay;
    private final MediaType mediaType;
    private final Class<?> type;
    private final Type genericType;
    private final Object data;

    private OutboundEvent(Builder parts) {
        id = parts.id;
        name = parts.name;
        comment = parts.comment;
        reconnectDelay = parts.reconnectDelay;
        mediaType = parts.mediaType;
        type = parts.type;
        genericType = parts.genericType;
        data = parts.data;
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getComment() {
        return comment;
    }

    @Override
    public long getReconnectDelay() {
        return reconnectDelay;
    }

    @Override
    public boolean isReconnectDelaySet() {
        return reconnectDelay >= 0;
    }

    @Override
    public Class<?> getType() {
        return type;
    }

    @Override
    public Type getGenericType() {
        return genericType;
    }

    @Override
    public MediaType getMediaType() {
        return mediaType;
    }

    @Override
    public Object getData() {
        return data;
    }

    /** May be used again: what it has built does not change. */
    static final class Builder implements OutboundSseEvent.Builder {

        private String id;
        private String name;
        private String comment;
        private long reconnectDelay = SseEvent.RECONNECT_NOT_SET;
        private MediaType mediaType = MediaType.TEXT_PLAIN_TYPE;
        private Class<?> type;
        private Type genericType;
        private Object data;

        @Override
        public Builder id(String newId) {
            id = newId;
            return this;
        }

        @Override
        public Builder name(String newName) {
            name = newName;
            return this;
        }

        @Override
        public Builder reconnectDelay(long millis) {
            reconnectDelay = millis < 0 ? SseEvent.RECONNECT_NOT_SET : millis;
            return this;
        }

        @Override
        public Builder mediaType(MediaType newMediaType) {
            mediaType = Objects.requireNonNull(newMediaType, "mediaType");
            return this;
        }

        @Override
        public Builder comment(String newComment) {
            comment = newComment;
            return this;
        }

        @Override
        @SuppressWarnings("rawtypes") // the interface's own signature
        public Builder data(Class newType, Object newData) {
            type = Objects.requireNonNull(newType, "type");
            genericType = newType;
            data = Objects.requireNonNull(newData, "data");
            return this;
        }

        @Override
        @SuppressWarnings("rawtypes") // the interface's own signature
        public Builder data(GenericType newType, Object newData) {
            data(newType.getRawType(), newData);
            genericType = newType.getType();
            return this;
        }

        @Override
        public Builder data(Object newData) {
            return data(newData.getClass(), newData);
        }

        /** @throws IllegalStateException for an event that says nothing */
        @Override
        public OutboundSseEvent build() {
            if (comment == null && data == null && name == null && id == null && reconnectDelay < 0) {
                throw new IllegalStateException("an event of nothing");
            }
            return new OutboundEvent(this);
        }
    }
}

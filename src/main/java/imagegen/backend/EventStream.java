package imagegen.backend;

/** An event stream from the backend that is being kept open. */
public interface EventStream extends AutoCloseable {

    /** The id with which another stream would go on where this one is; empty where the backend gives none. */
    String lastEventId();

    /** Frees the connection at once and ends all reconnecting. The listener hears nothing after a call under way. */
    @Override
    void close();

    /** Hears of one stream, in order and never concurrently, on the stream's own threads. Must not block. */
    interface Listener {
        /** A message's data, whatever it is, nominally UTF-8; heartbeats and comments are not told. */
        void message(byte[] data);

        /** There is a stream now: for the first time or again. Whatever happened before may have been missed. */
        void opened();

        /** There is no stream for now; it is being tried again, with backoff. */
        void lost(String reason);

        /** Something on the stream could not be read and was skipped; {@code kind} is one of a small fixed set. */
        void unreadable(String kind);

        /** There will be no stream any more. */
        void ended(End end);
    }

    /** Why a stream ended for good. */
    enum End {
        /** The backend does not accept the token, or there was none to offer. */
        TOKEN_REFUSED,
        /** The backend has no stream to give: it said so (204), or answered what is no event stream. */
        NOT_SERVED
    }
}

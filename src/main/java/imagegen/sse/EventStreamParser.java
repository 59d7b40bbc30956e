package imagegen.sse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads one {@code text/event-stream} as the HTML standard says (9.2.6, "Interpreting an event stream"), in chunks that
 * may be cut anywhere.
 *
 * <p>Lines are found in the bytes: neither LF nor CR can be part of a longer UTF-8 sequence, well formed or not, so the
 * outcome is that of decoding first. Only what is asked for is ever decoded. An event that arrives in one chunk is
 * handed out of that chunk without a copy; between chunks the parser holds the unfinished line and event, and otherwise
 * nothing.
 *
 * <p>A line or an event beyond the {@link Limits} is reported and left out, and the stream goes on with the next event.
 * Its {@code id} still counts, as that of an event without data does, so that nobody asks for it again for ever.
 * Comments and unknown fields may have any length: they are not kept.
 *
 * <p>For one thread at a time, and one parser for each connection. The listener is called from within {@code parse}.
 */
public final class EventStreamParser {

    /** The most bytes of one field line, and of the data of one event. */
    public record Limits(int lineBytes, int eventBytes) {

        public static final Limits DEFAULT = new Limits(1 << 20, 1 << 20);

        public Limits {
            if (lineBytes < 16 || eventBytes < 16) {
                throw new IllegalArgumentException("a limit under 16 bytes leaves no room for an event");
            }
        }
    }

    /** What was beyond its limit. */
    public enum TooLong { LINE, EVENT }

    /** Who gets what was read. */
    public interface Listener {

        /** @param event only valid during the call: copy what is to be kept */
        void onEvent(Event event);

        /** A valid {@code retry} field: from now on wait that long before reconnecting. */
        void onRetry(long millis);

        /** An event was left out; called once for each. */
        void onTooLong(TooLong what);
    }

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] NOTHING = {};
    private static final int LONGEST_FIELD = "event:".length();

    private final Limits limits;
    private final Listener listener;
    private final Event event = new Event();

    // Where in the stream we are.
    private int bomSeen;
    private boolean afterCr;
    private boolean skipLine;
    private byte[] partial = NOTHING;
    private int partialLength;

    // [spec] "a data buffer, an event type buffer, and a last event ID buffer must be associated with it"
    private String name = "";
    private String idBuffer;
    private String lastEventId;
    private boolean idSeen;
    private boolean skipEvent;
    private boolean hasData;
    private byte[] data = NOTHING;
    private int dataOffset;
    private int dataLength;
    private boolean dataIsOurs;
    private String previousName = "message";

    public EventStreamParser(Limits limits, Listener listener) {
        this(limits, "", listener);
    }

    /**
     * @param lastEventId what the events have as their last event ID until the stream names one; the standard begins
     * each
     *        stream with an empty one, browsers go on with the one they had
     */
    public EventStreamParser(Limits limits, String lastEventId, Listener listener) {
        this.limits = limits;
        this.listener = listener;
        this.idBuffer = lastEventId;
        this.lastEventId = lastEventId;
    }

    /** The last event ID as of the last complete event; what a reconnecting client sends. */
    public String lastEventId() {
        return lastEventId;
    }

    /** Whether an event has begun that is not complete; at the end of the stream it is to be discarded. */
    public boolean unfinished() {
        return partialLength > 0 || hasData || !name.isEmpty() || idSeen || skipEvent;
    }

    public void parse(ByteBuffer chunk) {
        if (chunk.hasArray()) {
            parse(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
            chunk.position(chunk.limit());
        } else {
            var bytes = new byte[chunk.remaining()];
            chunk.get(bytes);
            parse(bytes, 0, bytes.length);
        }
    }

    public void parse(byte[] chunk, int offset, int length) {
        int end = offset + length;
        int position = bomSeen < BOM.length ? skipBom(chunk, offset, end) : offset;
        while (position < end) {
            if (afterCr) {
                afterCr = false;
                if (chunk[position] == '\n') {
                    position++;
                    continue;
                }
            }
            int lineEnd = lineEnd(chunk, position, end);
            if (lineEnd == end) {
                break;
            }
            // [spec] "Lines must be separated by either a CRLF pair, a single LF, or a single CR"
            afterCr = chunk[lineEnd] == '\r';
            if (skipLine) {
                skipLine = false;
            } else if (partialLength == 0) {
                line(chunk, position, lineEnd);
            } else {
                keep(chunk, position, lineEnd);
                if (!skipLine) {
                    line(partial, 0, partialLength);
                }
                skipLine = false;
                partialLength = 0;
            }
            position = lineEnd + 1;
        }
        ownData();
        if (position < end) {
            keep(chunk, position, end);
        } else if (partialLength == 0) {
            partial = NOTHING;
        }
    }

    // [spec] "The UTF-8 decode algorithm strips one leading UTF-8 Byte Order Mark (BOM), if any."
    private int skipBom(byte[] chunk, int offset, int end) {
        int position = offset;
        while (position < end && bomSeen < BOM.length) {
            if (chunk[position] != BOM[bomSeen]) {
                keep(BOM, 0, bomSeen);
                bomSeen = BOM.length;
                break;
            }
            bomSeen++;
            position++;
        }
        return position;
    }

    private static int lineEnd(byte[] bytes, int from, int to) {
        int position = from;
        for (; position <= to - Long.BYTES; position += Long.BYTES) {
            long word = (long) LONGS.get(bytes, position);
            long found = zeroBytes(word ^ ONES * '\n') | zeroBytes(word ^ ONES * '\r');
            if (found != 0) {
                return position + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (position < to && bytes[position] != '\n' && bytes[position] != '\r') {
            position++;
        }
        return position;
    }

    /** Marks the bytes of a word that are zero; those above the lowest mark may be marked without being zero. */
    private static long zeroBytes(long word) {
        return word - ONES & ~word & HIGH;
    }

    private void keep(byte[] bytes, int from, int to) {
        int length = to - from;
        if (skipLine || length == 0) {
            return;
        }
        if (partialLength == 0 && bytes[from] == ':') {
            skipLine = true;
            return;
        }
        // An int may not hold the sum when the limit is near its end.
        long total = (long) partialLength + length;
        if (total > limits.lineBytes) {
            boolean known = partialLength >= LONGEST_FIELD || isField(head(bytes, from, length), 0, LONGEST_FIELD);
            partial = NOTHING;
            partialLength = 0;
            skipLine = true;
            if (known) {
                tooLong(TooLong.LINE);
            }
            return;
        }
        partial = roomFor(partial, partialLength, (int) total);
        System.arraycopy(bytes, from, partial, partialLength, length);
        partialLength = (int) total;
        if (partialLength >= LONGEST_FIELD && !isField(partial, 0, partialLength)) {
            partial = NOTHING;
            partialLength = 0;
            skipLine = true;
        }
    }

    /** The first bytes of the line that is partly kept. */
    private byte[] head(byte[] bytes, int from, int length) {
        var head = Arrays.copyOf(partial, LONGEST_FIELD);
        System.arraycopy(bytes, from, head, partialLength, Math.min(length, LONGEST_FIELD - partialLength));
        return head;
    }

    private static boolean isField(byte[] bytes, int from, int to) {
        return switch (bytes[from]) {
            case 'd' -> valueOf("data", bytes, from, to) >= 0;
            case 'e' -> valueOf("event", bytes, from, to) >= 0;
            case 'i' -> valueOf("id", bytes, from, to) >= 0;
            case 'r' -> valueOf("retry", bytes, from, to) >= 0;
            default -> false;
        };
    }

    /** Where the value begins if the line is of that field, otherwise -1. */
    private static int valueOf(String field, byte[] bytes, int from, int to) {
        int length = field.length();
        if (to - from < length) {
            return -1;
        }
        for (int i = 1; i < length; i++) {
            if (bytes[from + i] != field.charAt(i)) {
                return -1;
            }
        }
        int colon = from + length;
        if (colon == to) {
            // [spec] "the string is not empty but does not contain a U+003A COLON character": an empty value
            return to;
        }
        if (bytes[colon] != ':') {
            return -1;
        }
        // [spec] "If value starts with a U+0020 SPACE character, remove it from value."
        return colon + 1 < to && bytes[colon + 1] == ' ' ? colon + 2 : colon + 1;
    }

    private void line(byte[] bytes, int from, int to) {
        if (from == to) {
            dispatch();
            return;
        }
        int value;
        switch (bytes[from]) {
            case 'd' -> {
                if ((value = valueOf("data", bytes, from, to)) >= 0 && fits(from, to)) {
                    data(bytes, value, to);
                }
            }
            case 'e' -> {
                if ((value = valueOf("event", bytes, from, to)) >= 0 && fits(from, to)) {
                    name = name(bytes, value, to);
                }
            }
            case 'i' -> {
                if ((value = valueOf("id", bytes, from, to)) >= 0 && fits(from, to)) {
                    id(bytes, value, to);
                }
            }
            case 'r' -> {
                if ((value = valueOf("retry", bytes, from, to)) >= 0 && fits(from, to)) {
                    retry(bytes, value, to);
                }
            }
            default -> {
                // [spec] a comment, or "Otherwise: The field is ignored."
            }
        }
    }

    private boolean fits(int from, int to) {
        if (to - from <= limits.lineBytes) {
            return true;
        }
        tooLong(TooLong.LINE);
        return false;
    }

    // [spec] "Append the field value to the data buffer, then append a single U+000A LINE FEED (LF) character"
    // and at the end "remove the last character": here a line feed goes before each value but the first.
    private void data(byte[] bytes, int from, int to) {
        if (skipEvent) {
            return;
        }
        long total = hasData ? (long) dataLength + 1 + to - from : to - from;
        if (total > limits.eventBytes) {
            tooLong(TooLong.EVENT);
            return;
        }
        if (!hasData) {
            hasData = true;
            data = bytes;
            dataOffset = from;
            dataLength = to - from;
            return;
        }
        ownData();
        data = roomFor(data, dataLength, (int) total);
        data[dataLength] = '\n';
        System.arraycopy(bytes, from, data, dataLength + 1, to - from);
        dataLength = (int) total;
    }

    private void ownData() {
        if (hasData && !dataIsOurs) {
            data = Arrays.copyOfRange(data, dataOffset, dataOffset + dataLength);
            dataOffset = 0;
            dataIsOurs = true;
        }
    }

    private String name(byte[] bytes, int from, int to) {
        // The same name again and again is the rule.
        int length = to - from;
        boolean same = previousName.length() == length;
        for (int i = 0; same && i < length; i++) {
            same = previousName.charAt(i) == bytes[from + i];
        }
        if (!same) {
            previousName = Utf8.decode(bytes, from, length);
        }
        return previousName;
    }

    // [spec] "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
    private void id(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == 0) {
                return;
            }
        }
        idBuffer = Utf8.decode(bytes, from, to - from);
        idSeen = true;
    }

    // [spec] "If the field value consists of only ASCII digits, then interpret the field value as an integer in base
    // ten"
    private void retry(byte[] bytes, int from, int to) {
        long millis = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return;
            }
            millis = millis > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE : millis * 10 + digit;
        }
        if (from < to) {
            listener.onRetry(millis);
        }
    }

    private void tooLong(TooLong what) {
        if (skipEvent) {
            return;
        }
        skipEvent = true;
        forgetData();
        listener.onTooLong(what);
    }

    private void dispatch() {
        // [spec] "Set the last event ID string of the event source to the value of the last event ID buffer. The buffer
        // does not get reset". It is set for events without data as well.
        lastEventId = idBuffer;
        boolean complete = hasData;
        if (complete) {
            event.name = name.isEmpty() ? "message" : name;
            event.lastEventId = lastEventId;
            event.idSeen = idSeen;
            event.buffer = data;
            event.offset = dataOffset;
            event.length = dataLength;
        }
        name = "";
        idSeen = false;
        skipEvent = false;
        forgetData();
        if (complete) {
            try {
                listener.onEvent(event);
            } finally {
                event.buffer = NOTHING;
                event.offset = 0;
                event.length = 0;
            }
        }
    }

    private void forgetData() {
        hasData = false;
        data = NOTHING;
        dataOffset = 0;
        dataLength = 0;
        dataIsOurs = false;
    }

    private static byte[] roomFor(byte[] array, int used, int needed) {
        if (array.length >= needed) {
            return array;
        }
        int doubled = (int) Math.min(Integer.MAX_VALUE - 8, (long) used * 2);
        return Arrays.copyOf(array, Math.max(Math.max(needed, doubled), 128));
    }

    /** The event at hand: the parser has one of them and fills it anew, so it is not to be kept. */
    public static final class Event {

        private String name = "message";
        private String lastEventId = "";
        private boolean idSeen;
        private byte[] buffer = NOTHING;
        private int offset;
        private int length;

        private Event() {
        }

        /** The event's type, {@code message} where the stream gave none. */
        public String name() {
            return name;
        }

        /** The {@code id} field of this very event; an empty one resets the last event ID. */
        public Optional<String> id() {
            return idSeen ? Optional.of(lastEventId) : Optional.empty();
        }

        /** The {@code id} of this event or, where it has none, of the last one before it that had. */
        public String lastEventId() {
            return lastEventId;
        }

        /**
         * The array in which the data lies, from {@link #offset()} on, {@link #length()} bytes of it, as they were
         * sent.
         */
        public byte[] buffer() {
            return buffer;
        }

        public int offset() {
            return offset;
        }

        public int length() {
            return length;
        }

        /** A copy of the data that is the caller's. */
        public byte[] copyOfData() {
            return Arrays.copyOfRange(buffer, offset, offset + length);
        }

        /** The data as text; malformed UTF-8 is replaced by U+FFFD. */
        public String data() {
            return Utf8.decode(buffer, offset, length);
        }
    }
}

package imagegen.log;

import imagegen.update.RequestId;

/**
 * One update in a log.
 *
 * @param sequence   1 for a log's first update, one more for each that followed; together with the log's epoch the
 *                   update's cursor
 * @param json       the message as it goes out, encoded once for all readers and transports; must not be changed
 * @param appendedAt the log's monotonic clock, nanoseconds
 */
public record Entry(long sequence, RequestId requestId, boolean terminal, byte[] json, long appendedAt)
        implements Reading {

    /** What an entry takes in the heap beside its JSON, measured on a 64-bit JVM; rounded up. */
    private static final int OVERHEAD = 256;

    int bytes() {
        return json.length + OVERHEAD;
    }
}

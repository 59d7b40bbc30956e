package imagegen.log;

/**
 * The id of an entry in Redis, {@code ms-n}, as one number. Redis' ids are times, so one is never given twice, even by
 * a server that has lost the last ones.
 */
final class Place {

    private static final int BITS = 20;
    private static final long MAX = (1L << BITS) - 1;

    private Place() {
    }

    static long parse(String id) {
        int dash = id.indexOf('-');
        return Long.parseLong(id, 0, dash, 10) << BITS | Math.min(MAX, Long.parseLong(id, dash + 1, id.length(), 10));
    }

    static String format(long place) {
        return (place >> BITS) + "-" + (place & MAX);
    }

    static long millis(long place) {
        return place >> BITS;
    }
}

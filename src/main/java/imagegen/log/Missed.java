package imagegen.log;

import java.util.Arrays;

/** The stretches of a log that a reader has not had, as pairs of the place before and the last place; ascending. */
final class Missed {

    private static final long[] NOTHING = {};

    private long[] stretches = NOTHING;

    /** @param after not below that of earlier calls */
    void add(long after, long through) {
        if (after >= through) {
            return;
        }
        int last = stretches.length - 1;
        if (last > 0 && stretches[last] >= after) {
            stretches[last] = Math.max(stretches[last], through);
        } else {
            stretches = Arrays.copyOf(stretches, stretches.length + 2);
            stretches[last + 1] = after;
            stretches[last + 2] = through;
        }
    }

    boolean contains(long place) {
        for (int i = 0; i < stretches.length; i += 2) {
            if (place > stretches[i] && place <= stretches[i + 1]) {
                return true;
            }
        }
        return false;
    }
}

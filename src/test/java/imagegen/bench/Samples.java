package imagegen.bench;

import java.util.Arrays;

/** Times, of which percentiles are asked. */
final class Samples {

    private int[] micros = new int[1 << 16];
    private int count;
    private boolean sorted;

    void add(long nanos) {
        if (count == micros.length) {
            micros = Arrays.copyOf(micros, count * 2);
        }
        micros[count++] = (int) Math.min(Integer.MAX_VALUE, Math.max(0, nanos / 1000));
        sorted = false;
    }

    /** @param share 0 to 1 */
    double millis(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        if (!sorted) {
            Arrays.sort(micros, 0, count);
            sorted = true;
        }
        return micros[(int) (share * (count - 1))] / 1000.0;
    }
}

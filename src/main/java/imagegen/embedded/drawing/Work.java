package imagegen.embedded.drawing;

import java.util.concurrent.CancellationException;

/**
 * How far a piece of work is, told by the work itself.
 *
 * <p>A work is cut into parts, each with its share of the whole and its number of units; every unit done is reported as
 * the fraction of the whole. Fractions never fall, and the last unit of the last part reports 1. Confined to the thread
 * that works.
 */
public final class Work {

    private final Watcher watcher;
    private double finished;

    public Work(Watcher watcher) {
        this.watcher = watcher;
    }

    /** A work that nobody watches. */
    public static Work unwatched() {
        return new Work(fraction -> true);
    }

    /**
     * Begins the next part.
     *
     * @param share its share of the whole, 0..1; the shares of all parts add up to 1
     * @param units how many times {@link Part#done()} will be called, at least 1
     */
    Part part(double share, int units) {
        var part = new Part(finished, share, units);
        finished += share;
        return part;
    }

    /** This work's next {@code share}, to be handed to someone who counts parts of a whole of their own. */
    public Work share(double share) {
        double from = finished;
        finished += share;
        return new Work(fraction -> watcher.at(Math.min(1, from + share * fraction)));
    }

    /** Hears of progress; called by the working thread, possibly many thousand times, so it must be quick. */
    @FunctionalInterface
    public interface Watcher {
        /** Work is done up to this fraction, 0..1; answers whether to go on. */
        boolean at(double fraction);
    }

    final class Part {
        private final double from;
        private final double share;
        private final int units;
        private int done;

        private Part(double from, double share, int units) {
            this.from = from;
            this.share = share;
            this.units = Math.max(1, units);
        }

        /** One more unit is done. */
        void done() {
            done(1);
        }

        /**
         * So many more units are done.
         *
         * @throws CancellationException when the watcher has had enough
         */
        void done(int more) {
            done = Math.min(units, done + more);
            if (!watcher.at(Math.min(1, from + share * done / units))) {
                throw new CancellationException("called off");
            }
        }

        /** Whatever was left of this part is not needed. */
        void finish() {
            done(units - done);
        }
    }
}

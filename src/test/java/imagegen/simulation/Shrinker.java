package imagegen.simulation;

import java.util.ArrayList;
import java.util.List;

/** Makes a history that breaks a promise as short as it can, by leaving out whatever it breaks the same promise without. */
final class Shrinker {

    private Shrinker() {
    }

    static History shrink(History failing) {
        Promise promise = failing.play().orElseThrow().promise();
        History shortest = failing;
        int size = Math.max(1, failing.steps().size() / 2);
        while (true) {
            History shorter = without(shortest, size, promise);
            if (shorter.steps().size() < shortest.steps().size()) {
                shortest = shorter;
            } else if (size == 1) {
                return shortest;
            } else {
                size /= 2;
            }
        }
    }

    /** Tries to leave out each so many steps in turn. */
    private static History without(History failing, int size, Promise promise) {
        History shortest = failing;
        for (int from = 0; from < shortest.steps().size();) {
            List<Step> steps = new ArrayList<>(shortest.steps());
            steps.subList(from, Math.min(from + size, steps.size())).clear();
            History shorter = new History(failing.seed(), steps);
            if (shorter.play().filter(failure -> failure.promise() == promise).isPresent()) {
                shortest = shorter;
            } else {
                from += size;
            }
        }
        return shortest;
    }
}

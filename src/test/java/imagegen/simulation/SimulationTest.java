package imagegen.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code -Dseeds} says how many histories are tried, {@code -Dseed} where they begin. */
class SimulationTest {

    // What goes wrong in a history is logged by the gateway, thousands of times
    private static final Logger GATEWAY = Logger.getLogger("imagegen");

    @BeforeAll
    static void quiet() {
        GATEWAY.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        GATEWAY.setLevel(null);
    }

    @Test
    void everyPromiseHoldsInEveryHistory() {
        long first = Long.getLong("seed", 1);
        long seeds = Long.getLong("seeds", 5000);
        Optional<History> failing = LongStream.range(first, first + seeds).parallel().mapToObj(History::of)
                .filter(history -> history.play().isPresent()).findFirst();
        failing.ifPresent(SimulationTest::tell);
    }

    private static void tell(History failing) {
        History shortest = Shrinker.shrink(failing);
        fail("seed " + failing.seed() + ": " + shortest.play().orElseThrow() + ", in " + new World(failing.seed()).setup
                + shortest);
    }

    @Test
    void aSeedAlwaysTellsTheSameStory() {
        for (long seed : List.of(1L, 2L, 3L)) {
            assertEquals(History.of(seed), History.of(seed));
            assertEquals(History.of(seed).play(), History.of(seed).play());
        }
    }
}

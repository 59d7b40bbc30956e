package imagegen.backend;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.time.TurnedTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReachTest {
    private static final Duration AGE = Duration.ofSeconds(10);
    private final TurnedTime time = new TurnedTime();
    private final Reach reach = new Reach(time);

    @Test
    void agesAsTimeGoesBy() {
        assertTrue(reach.olderThan(AGE));
        reach.answered();
        assertFalse(reach.olderThan(AGE));
        time.pass(AGE);
        assertTrue(reach.olderThan(AGE));
    }

    @Test
    void agesNotByAClockThatIsSet() {
        reach.answered();
        time.jump(Duration.ofDays(1));
        assertFalse(reach.olderThan(AGE));
        time.jump(Duration.ofDays(-2));
        time.pass(AGE);
        assertTrue(reach.olderThan(AGE));
    }
}

package imagegen.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadsTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Heads<String> heads = new Heads<>(Duration.ofSeconds(10));

    @Test
    void aHeadIsLateTenSecondsAfterItsFirstByteHoweverManyFollow() {
        heads.comes("dribble", 0);
        heads.comes("dribble", 9 * SECOND);
        assertEquals(List.of(), heads.late(10 * SECOND));
        assertEquals(List.of("dribble"), heads.late(10 * SECOND + 1));
        assertEquals(List.of(), heads.late(11 * SECOND));
    }

    @Test
    void oneThatIsWholeIsNotAndTheNextOnTheConnectionHasATimeOfItsOwn() {
        heads.comes("busy", 0);
        heads.ends("busy");
        heads.comes("busy", 9 * SECOND);
        assertEquals(List.of(), heads.late(19 * SECOND));
        assertEquals(List.of("busy"), heads.late(20 * SECOND));
    }

    @Test
    void theClockMayPassItsLargestNumber() {
        heads.comes("dribble", Long.MAX_VALUE);
        assertEquals(List.of("dribble"), heads.late(Long.MAX_VALUE + 11 * SECOND));
    }
}

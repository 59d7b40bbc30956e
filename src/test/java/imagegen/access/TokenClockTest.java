package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenClockTest {

    private Instant wall = Instant.parse("2026-11-23T12:00:00Z");
    private long nanos = Long.MAX_VALUE - 5; // nanoTime may overflow
    private final TokenClock clock = new TokenClock(() -> wall, () -> nanos);

    private TokenClock.Deadline endingIn(Duration left) {
        return clock.deadline(new Caller("alice", "token", wall.plus(left), Optional.empty()));
    }

    private void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    @Test
    void endsWhenItsTimeHasPassed() {
        var deadline = endingIn(Duration.ofSeconds(60));
        pass(Duration.ofSeconds(59));
        assertEquals(Duration.ofSeconds(1), deadline.left());
        assertFalse(deadline.passed());
        pass(Duration.ofSeconds(1));
        assertTrue(deadline.passed());
    }

    @Test
    void aClockThatIsSetBackGivesNoTime() {
        var deadline = endingIn(Duration.ofSeconds(60));
        wall = wall.minus(Duration.ofHours(1));
        nanos += Duration.ofSeconds(60).toNanos();
        assertTrue(deadline.passed());
    }

    @Test
    void aClockThatIsSetForwardIsBelieved() {
        var deadline = endingIn(Duration.ofSeconds(60));
        wall = wall.plus(Duration.ofHours(1));
        assertTrue(deadline.passed());
    }

    @Test
    void aTokenThatHasEndedAlreadyHasNoTime() {
        assertTrue(endingIn(Duration.ofSeconds(-1)).passed());
        assertTrue(endingIn(Duration.ZERO).passed());
    }

    @Test
    void farDatesDoNotOverflow() {
        var far = clock.deadline(new Caller("alice", "token", Instant.MAX, Optional.empty()));
        pass(Duration.ofDays(300));
        assertFalse(far.passed());
        assertTrue(clock.deadline(new Caller("alice", "token", Instant.MIN, Optional.empty())).passed());
    }
}

package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EndedSessionsTest {

    private final EndedSessions ended = new EndedSessions();

    @Test
    void whatHasEndedHasEndedUntilItBeginsAgain() {
        ended.add("a");
        assertTrue(ended.contains("a"));
        ended.lift("a");
        assertFalse(ended.contains("a"));
    }

    @Test
    void theOldestAreForgotten() {
        ended.add("first");
        ended.add("second");
        ended.add("first");
        for (int i = 0; i < EndedSessions.MOST - 1; i++) {
            ended.add("session " + i);
        }
        assertTrue(ended.contains("first"));
        assertFalse(ended.contains("second"));
    }
}

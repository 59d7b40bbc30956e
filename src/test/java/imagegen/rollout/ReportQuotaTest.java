package imagegen.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReportQuotaTest {

    private long nanos = Long.MAX_VALUE - 5;
    private final ReportQuota quota = new ReportQuota(() -> nanos);

    private static List<ClientReport> errors(long count) {
        return List.of(new ClientReport(Transport.SSE, 0, 0, 0, count, OptionalDouble.empty(), Map.of()));
    }

    @Test
    void aBrowserThatReportsAsItShouldIsHeard() {
        for (int report = 0; report < ReportQuota.REPORTS; report++) {
            assertTrue(quota.takes("alice", errors(2)));
        }
        assertFalse(quota.takes("alice", errors(0)));
    }

    @Test
    void nobodyAddsMoreErrorsInAMinuteThanMayBe() {
        assertTrue(quota.takes("mallory", errors(ReportQuota.EVENTS - 1)));
        assertFalse(quota.takes("mallory", errors(2)));
        assertTrue(quota.takes("mallory", errors(1)), "what was refused is not used up");
    }

    @Test
    void whatOneUsesUpIsNotAnothers() {
        assertTrue(quota.takes("mallory", errors(ReportQuota.EVENTS)));
        assertTrue(quota.takes("alice", errors(1)));
    }

    @Test
    void theNextMinuteIsNewAndRemembersNobody() {
        assertTrue(quota.takes("mallory", errors(ReportQuota.EVENTS)));
        nanos += ReportQuota.MINUTE - 1;
        assertFalse(quota.takes("mallory", errors(1)));
        nanos += 1;
        assertTrue(quota.takes("alice", errors(1)));
        assertEquals(1, quota.size());
        assertTrue(quota.takes("mallory", errors(1)));
    }
}

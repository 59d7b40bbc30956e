package imagegen.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import imagegen.time.TurnedTime;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuotaTest {
    private final TurnedTime time = new TurnedTime();
    private final Quota quota = new Quota(time, 60);

    private int granted(String party, int tries) {
        int granted = 0;
        for (int i = 0; i < tries; i++) {
            granted += quota.take(party).isEmpty() ? 1 : 0;
        }
        return granted;
    }

    @Test
    void grantsAMinutesWorthAtOnceAndThenEvenly() {
        assertEquals(60, granted("alice", 1000));
        assertEquals(Optional.of(Duration.ofSeconds(1)), quota.take("alice"));
        time.pass(Duration.ofMillis(999));
        assertEquals(0, granted("alice", 10));
        time.pass(Duration.ofMillis(1));
        assertEquals(1, granted("alice", 10));
        time.pass(Duration.ofSeconds(10));
        assertEquals(10, granted("alice", 100));
    }

    @Test
    void costsNobodyElseAnything() {
        granted("alice", 1000);
        assertEquals(60, granted("bob", 100));
    }

    @Test
    void forgetsWhoHasPaid() {
        granted("alice", 60);
        time.pass(Duration.ofDays(400));
        assertEquals(60, granted("alice", 100));
    }
}

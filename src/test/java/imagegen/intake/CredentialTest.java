package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.time.TurnedTime;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CredentialTest {
    private final TurnedTime time = new TurnedTime();
    private final Credential credential = new Credential(time);
    private final Token brief = token("brief", Duration.ofSeconds(13));
    private final Token lasting = token("lasting", Duration.ofHours(1));

    private Token token(String value, Duration valid) {
        return new Token(value, time.instant().plus(valid));
    }

    @Test
    void usesTheTokenThatLastsLongestWhicheverCameFirst() {
        credential.offer(lasting);
        credential.offer(brief);
        assertEquals(Optional.of(lasting), credential.good());
    }

    @Test
    void usesAnotherWhileOneIsRefusedAndTheOneAgainWhenThatHasExpired() {
        credential.offer(lasting);
        credential.refuse(lasting);
        assertTrue(credential.refused());
        credential.offer(brief);
        assertFalse(credential.refused());
        assertEquals(Optional.of(brief), credential.good());
        time.pass(Duration.ofSeconds(13));
        assertEquals(Optional.of(lasting), credential.good());
    }

    @Test
    void pausesTwiceAsLongAfterEachRefusalUpToAMinute() {
        credential.offer(lasting);
        for (var pause : new int[] {2, 4, 8, 16, 32, 64, 64}) {
            credential.refuse(lasting);
            credential.refuse(lasting);
            time.pass(Duration.ofSeconds(pause).minusNanos(1));
            assertEquals(Optional.empty(), credential.good());
            time.pass(Duration.ofNanos(1));
            assertEquals(Optional.of(lasting), credential.good());
        }
        credential.accept(lasting);
        assertFalse(credential.refused());
        credential.refuse(lasting);
        time.pass(Duration.ofSeconds(2));
        assertEquals(Optional.of(lasting), credential.good());
    }

    @Test
    void offersNothingThatHasExpired() {
        credential.offer(brief);
        time.pass(Duration.ofSeconds(13));
        assertEquals(Optional.empty(), credential.good());
        credential.offer(brief);
        assertEquals(Optional.empty(), credential.good());
    }

    @Test
    void keepsTheBestOfAnyNumberOfTokens() {
        credential.offer(lasting);
        for (int i = 0; i < 1000; i++) {
            credential.offer(token("t" + i, Duration.ofMinutes(1).plusMillis(i)));
        }
        assertEquals(Optional.of(lasting), credential.good());
    }
}

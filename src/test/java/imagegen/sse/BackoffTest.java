package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.sse.ReconnectPolicy.Decision;
import imagegen.sse.ReconnectPolicy.Life;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    private static final Disruption REFUSED = new Disruption.Unreachable(new IOException("refused"));
    private static final Life NONE = new Life(Duration.ZERO, 0, Optional.empty());

    @Test
    void doublesUpToTheCap() {
        assertEquals(List.of(499L, 999L, 1999L, 3999L, 7999L, 15999L, 29999L, 29999L), delays(backoff(0.99999), 8));
    }

    @Test
    void isJitteredFromZero() {
        assertEquals(List.of(0L, 0L, 0L), delays(backoff(0), 3));
    }

    @Test
    void drawsADelayOfItsOwnForEachClient() {
        var first = delays(Backoff.DEFAULT, 6);
        assertTrue(java.util.stream.IntStream.range(0, 5).anyMatch(i -> !delays(Backoff.DEFAULT, 6).equals(first)));
    }

    @Test
    void neverOverflows() {
        var huge = new Backoff(Duration.ofDays(1), Duration.ofDays(30), Duration.ZERO, Duration.ZERO, 999, () -> 0.5);
        var never = new Life(Duration.ofNanos(-1), 0, Optional.empty());
        assertEquals(Duration.ofDays(15), retry(huge, REFUSED, never).delay());
    }

    @Test
    void doesNotStartAnewForAServerThatSaysOneThingAndHangsUp() {
        assertEquals(15999, afterFailures(5, new Life(Duration.ofMillis(1), 1, Optional.empty())));
    }

    @Test
    void startsAnewAfterAConnectionThatLasted() {
        assertEquals(499, afterFailures(5, new Life(Duration.ofSeconds(10), 0, Optional.empty())));
    }

    @Test
    void doesNotStartAnewForAServerThatHangsUpAtOnce() {
        assertEquals(15999, afterFailures(5, new Life(Duration.ofSeconds(9), 0, Optional.empty())));
    }

    @Test
    void isNeverEarlierThanTheStreamAskedFor() {
        var asked = new Life(Duration.ZERO, 1, Optional.of(Duration.ofSeconds(3)));
        var end = new Disruption.EndOfStream(false);
        assertEquals(Duration.ofMillis(3000), retry(backoff(0), end, asked).delay());
        assertEquals(Duration.ofMillis(3499), retry(backoff(0.99999), end, asked).delay());
    }

    @Test
    void prefersWhatThisAnswerAskedFor() {
        var busy = new Disruption.Status(503, Optional.of(Duration.ofSeconds(20)));
        var asked = new Life(Duration.ZERO, 0, Optional.of(Duration.ofSeconds(3)));
        assertEquals(Duration.ofSeconds(20), retry(backoff(0), busy, asked).delay());
    }

    @Test
    void doesNotBelieveAServerThatAsksForTooMuch() {
        var busy = new Disruption.Status(503, Optional.of(Duration.ofDays(365)));
        assertEquals(Duration.ofMinutes(5), retry(backoff(0), busy, NONE).delay());
        var asked = new Life(Duration.ZERO, 0, Optional.of(Duration.ofMillis(Long.MAX_VALUE)));
        assertEquals(Duration.ofMinutes(5), retry(backoff(0), REFUSED, asked).delay());
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 410})
    void givesUpWhenTheServerSaysSo(int status) {
        assertInstanceOf(Decision.GiveUp.class, decide(new Disruption.Status(status, Optional.empty())));
    }

    @Test
    void givesUpWhenThereIsNothingToBeHad() {
        assertInstanceOf(Decision.GiveUp.class, decide(new Disruption.NoContent()));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 408, 429, 500, 502, 503, 504})
    void triesAgainAfterWhatMayHeal(int status) {
        assertInstanceOf(Decision.Retry.class, decide(new Disruption.Status(status, Optional.empty())));
    }

    @Test
    void triesAgainAfterEveryOtherDisruption() {
        for (var disruption : List.of(new Disruption.EndOfStream(true), new Disruption.Broken(new IOException()),
                REFUSED, new Disruption.OpenTimeout(Duration.ofSeconds(1)),
                new Disruption.Silence(Duration.ofSeconds(1)),
                new Disruption.WrongContentType("text/html"), new Disruption.BadRedirect("to nowhere"))) {
            assertInstanceOf(Decision.Retry.class, decide(disruption), disruption.toString());
        }
    }

    @Test
    void refusesBoundsThatContradictEachOther() {
        assertThrows(IllegalArgumentException.class, () ->
                new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO));
    }

    private static Decision decide(Disruption disruption) {
        return Backoff.DEFAULT.decide(disruption, NONE);
    }

    private static Backoff backoff(double random) {
        return new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(5),
                Duration.ofSeconds(10), 0, () -> random);
    }

    private static Decision.Retry retry(ReconnectPolicy policy, Disruption disruption, Life life) {
        return assertInstanceOf(Decision.Retry.class, policy.decide(disruption, life));
    }

    private static List<Long> delays(ReconnectPolicy first, int count) {
        var delays = new ArrayList<Long>();
        var policy = first;
        for (int i = 0; i < count; i++) {
            var decision = retry(policy, REFUSED, NONE);
            delays.add(decision.delay().toMillis());
            policy = decision.next();
        }
        return delays;
    }

    private static long afterFailures(int failures, Life life) {
        ReconnectPolicy policy = backoff(0.99999);
        for (int i = 0; i < failures; i++) {
            policy = retry(policy, REFUSED, NONE).next();
        }
        return retry(policy, new Disruption.EndOfStream(false), life).delay().toMillis();
    }
}

package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    private final TurnedTimer timer = new TurnedTimer();
    private final Watchdog watchdog = new Watchdog(timer, Duration.ofSeconds(1));
    private final List<String> looked = new ArrayList<>();

    @Test
    void looksAtEveryoneOnceInAnInterval() {
        watchdog.watch(now -> looked.add("a"));
        watchdog.watch(now -> looked.add("b"));
        timer.turn(Duration.ofSeconds(3));
        assertEquals(6, looked.size());
        assertEquals(1, timer.pending());
    }

    @Test
    void restsWhileThereIsNobody() {
        Watchdog.Watched one = now -> looked.add("a");
        watchdog.watch(one);
        watchdog.forget(one);
        timer.turn(Duration.ofSeconds(1));
        assertEquals(List.of(), looked);
        assertEquals(0, timer.pending());

        watchdog.watch(one);
        timer.turn(Duration.ofSeconds(1));
        assertEquals(List.of("a"), looked);
    }

    @Test
    void looksOnAfterOneThatCannotBeLookedAt() {
        watchdog.watch(now -> {
            throw new StackOverflowError("on purpose");
        });
        watchdog.watch(now -> looked.add("a"));
        timer.turn(Duration.ofSeconds(2));
        assertEquals(List.of("a", "a"), looked);
    }

    @Test
    void outlivesATimerThatWasShutDown() {
        timer.shutDown();
        watchdog.watch(now -> looked.add("a"));
        assertEquals(1, watchdog.size());
    }
}

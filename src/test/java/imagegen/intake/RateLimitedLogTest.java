package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import imagegen.time.TurnedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class RateLimitedLogTest {
    private final TurnedTime turned = new TurnedTime();
    private final List<String> written = new ArrayList<>();
    private final RateLimitedLog log = new RateLimitedLog(new System.Logger() {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            written.add(message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            written.add(format);
        }
    }, turned, Duration.ofMinutes(1));

    @Test
    void saysEachKindOncePerIntervalAndHowOftenItCameMeanwhile() {
        for (int i = 0; i < 1000; i++) {
            log.warn("garbage", () -> "garbage came");
        }
        log.warn("foreign", () -> "somebody else's");
        assertEquals(List.of("garbage came", "somebody else's"), written);

        turned.pass(Duration.ofMinutes(1));
        log.warn("garbage", () -> "garbage came");
        assertEquals("garbage came (and 999 more like it before)", written.getLast());
        log.warn("garbage", () -> "garbage came");
        assertEquals(3, written.size());
    }

    @Test
    void makesNoMessageThatIsNotWritten() {
        log.warn("garbage", () -> "garbage came");
        log.warn("garbage", () -> {
            throw new AssertionError("made for nothing");
        });
    }
}

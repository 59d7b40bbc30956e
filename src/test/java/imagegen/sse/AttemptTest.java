package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"120|120", "0|0", " 7 |7", "Mon, 23 Nov 2026 10:00:30 GMT|30",
        "Mon, 23 Nov 2026 09:00:00 GMT|0"})
    void readsSecondsAndDates(String header, long seconds) {
        assertEquals(Optional.of(Duration.ofSeconds(seconds)), retryAfter(header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999999999999"})
    void ignoresWhatIsNeither(String header) {
        assertEquals(Optional.empty(), retryAfter(header));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"text/event-stream|true", "Text/Event-Stream|true",
        "text/event-stream;charset=utf-8|true", "text/event-stream ; charset=latin1|true", "text/event-streams|false",
        "text/html|false", "''|false", "text/event-stream, text/html|false"})
    void knowsTheTypeWhateverItsParameters(String type, boolean expected) {
        assertEquals(expected, Attempt.isEventStream(type));
    }

    @Test
    void doesWithoutTheHeader() {
        assertEquals(Optional.empty(), Attempt.retryAfter(HttpHeaders.of(Map.of(), (a, b) -> true), NOW));
    }

    private static Optional<Duration> retryAfter(String value) {
        return Attempt.retryAfter(HttpHeaders.of(Map.of("Retry-After", List.of(value)), (a, b) -> true), NOW);
    }
}

package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.sse.ConnectionState.Connecting;
import imagegen.sse.ConnectionState.Ended;
import imagegen.sse.ConnectionState.Idle;
import imagegen.sse.ConnectionState.Open;
import imagegen.sse.ConnectionState.Waiting;
import imagegen.sse.Lifecycle.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The machine as a table, every state by every signal; the switches have no default, so a new one won't compile. */
class LifecycleTest {

    private static final Disruption PASSING = new Disruption.EndOfStream(false);
    private static final Disruption FINAL = new Disruption.NoContent();
    private static final ReconnectPolicy.Life LIFE =
            new ReconnectPolicy.Life(Duration.ZERO, 0, Optional.empty());
    private static final ReconnectPolicy SECOND = (disruption, life) -> new ReconnectPolicy.Decision.GiveUp();
    private static final ReconnectPolicy FIRST = (disruption, life) -> disruption == PASSING
            ? new ReconnectPolicy.Decision.Retry(Duration.ofSeconds(3), SECOND) : new ReconnectPolicy.Decision.GiveUp();

    private static final ConnectionState WAITING = new Waiting(Duration.ofSeconds(3), PASSING);
    private static final ConnectionState FAILED = new Ended(Optional.of(FINAL));
    private static final ConnectionState CLOSED = new Ended(Optional.empty());
    private static final List<ConnectionState> STATES =
            List.of(new Idle(), new Connecting(), new Open(), WAITING, CLOSED);
    private static final List<Signal> SIGNALS = List.of(new Signal.Start(), new Signal.Accepted(),
            new Signal.Disrupted(PASSING, LIFE), new Signal.Disrupted(FINAL, LIFE), new Signal.Due(),
            new Signal.Close());

    record Row(ConnectionState from, Signal signal) {
    }

    static Stream<Row> everyStateByEverySignal() {
        return STATES.stream().flatMap(state -> SIGNALS.stream().map(signal -> new Row(state, signal)));
    }

    @ParameterizedTest
    @MethodSource("everyStateByEverySignal")
    void goesWhereTheDiagramSays(Row row) {
        var before = new Lifecycle(row.from, FIRST);
        var after = before.on(row.signal);
        assertEquals(expected(row), after.state());
        if (after.state().equals(before.state())) {
            assertSame(before, after);
        }
    }

    private static ConnectionState expected(Row row) {
        return switch (row.from) {
            case Idle idle -> switch (row.signal) {
                case Signal.Start start -> new Connecting();
                case Signal.Accepted accepted -> idle;
                case Signal.Disrupted disrupted -> idle;
                case Signal.Due due -> idle;
                case Signal.Close close -> CLOSED;
            };
            case Connecting connecting -> switch (row.signal) {
                case Signal.Start start -> connecting;
                case Signal.Accepted accepted -> new Open();
                case Signal.Disrupted disrupted -> disrupted.disruption() == PASSING ? WAITING : FAILED;
                case Signal.Due due -> connecting;
                case Signal.Close close -> CLOSED;
            };
            case Open open -> switch (row.signal) {
                case Signal.Start start -> open;
                case Signal.Accepted accepted -> open;
                case Signal.Disrupted disrupted -> disrupted.disruption() == PASSING ? WAITING : FAILED;
                case Signal.Due due -> open;
                case Signal.Close close -> CLOSED;
            };
            case Waiting waiting -> switch (row.signal) {
                case Signal.Start start -> waiting;
                case Signal.Accepted accepted -> waiting;
                case Signal.Disrupted disrupted -> waiting;
                case Signal.Due due -> new Connecting();
                case Signal.Close close -> CLOSED;
            };
            case Ended ended -> ended;
        };
    }

    @Test
    void goesOnWithThePolicyThatThePolicyReturned() {
        var after = new Lifecycle(new Open(), FIRST).on(new Signal.Disrupted(PASSING, LIFE));
        assertSame(SECOND, after.policy());
        assertTrue(after.on(new Signal.Due()).on(new Signal.Disrupted(PASSING, LIFE)).state() instanceof Ended);
    }
}

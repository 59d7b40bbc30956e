package imagegen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import imagegen.intake.LineState.Act;
import imagegen.intake.LineState.Signal;
import imagegen.intake.LineState.Step;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LineStateTest {

    static Stream<Arguments> everyStateAndSignal() {
        return Stream.of(LineState.values())
                .flatMap(state -> Stream.of(Signal.values()).map(signal -> Arguments.of(state, signal)));
    }

    /** The whole table; a state or a signal that is missing here does not compile. */
    private static Step expected(LineState state, Signal signal) {
        var same = new Step(state, Act.NOTHING);
        return switch (state) {
            case IDLE -> switch (signal) {
                case WANTED -> new Step(LineState.CONNECTING, Act.OPEN);
                case OPENED, LOST, ENDED, RETRY, REFUSED, RENEWED, OUTDATED, UNWANTED -> same;
            };
            case CONNECTING -> switch (signal) {
                case OPENED -> new Step(LineState.STREAMING, Act.RECONCILE);
                case LOST, ENDED -> new Step(LineState.POLLING, Act.POLL);
                case REFUSED -> new Step(LineState.REFUSED, Act.CLOSE);
                case OUTDATED -> new Step(LineState.CONNECTING, Act.REOPEN);
                case UNWANTED -> new Step(LineState.IDLE, Act.CLOSE);
                case WANTED, RETRY, RENEWED -> same;
            };
            case STREAMING -> switch (signal) {
                case OPENED -> new Step(LineState.STREAMING, Act.RECONCILE);
                case LOST, ENDED -> new Step(LineState.POLLING, Act.POLL);
                case REFUSED -> new Step(LineState.REFUSED, Act.CLOSE);
                case OUTDATED -> new Step(LineState.CONNECTING, Act.REOPEN);
                case UNWANTED -> new Step(LineState.IDLE, Act.CLOSE);
                case WANTED, RETRY, RENEWED -> same;
            };
            case POLLING -> switch (signal) {
                case OPENED -> new Step(LineState.STREAMING, Act.RECONCILE);
                case RETRY -> new Step(LineState.POLLING, Act.REOPEN);
                case REFUSED -> new Step(LineState.REFUSED, Act.CLOSE);
                case UNWANTED -> new Step(LineState.IDLE, Act.CLOSE);
                case WANTED, LOST, ENDED, RENEWED, OUTDATED -> same;
            };
            case REFUSED -> switch (signal) {
                case RENEWED -> new Step(LineState.CONNECTING, Act.OPEN);
                case UNWANTED -> new Step(LineState.IDLE, Act.NOTHING);
                case WANTED, OPENED, LOST, ENDED, RETRY, REFUSED, OUTDATED -> same;
            };
        };
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("everyStateAndSignal")
    void goesWhereTheTableSays(LineState state, Signal signal) {
        assertEquals(expected(state, signal), state.on(signal));
    }

    @Test
    void isIdleAgainFromAnywhereOnceUnwanted() {
        for (var state : LineState.values()) {
            assertEquals(LineState.IDLE, state.on(Signal.UNWANTED).next(), state.name());
        }
    }
}

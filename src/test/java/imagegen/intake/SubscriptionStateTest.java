package imagegen.intake;

import static imagegen.intake.SubscriptionState.CONNECTING;
import static imagegen.intake.SubscriptionState.IDLE;
import static imagegen.intake.SubscriptionState.POLLING;
import static imagegen.intake.SubscriptionState.REFUSED;
import static imagegen.intake.SubscriptionState.STREAMING;
import static org.junit.jupiter.api.Assertions.assertEquals;

import imagegen.intake.SubscriptionState.Signal;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SubscriptionStateTest {

    static Stream<Arguments> everyStateAndSignal() {
        return Stream.of(SubscriptionState.values())
                .flatMap(state -> Stream.of(Signal.values()).map(signal -> Arguments.of(state, signal)));
    }

    /** The whole table; a state or a signal that is missing here does not compile. */
    private static SubscriptionState expected(SubscriptionState state, Signal signal) {
        return switch (state) {
            case IDLE -> switch (signal) {
                case OPEN -> CONNECTING;
                case OPENED, LOST, REFUSED, CLOSE -> IDLE;
            };
            case CONNECTING -> switch (signal) {
                case OPEN -> CONNECTING;
                case OPENED -> STREAMING;
                case LOST -> POLLING;
                case REFUSED -> REFUSED;
                case CLOSE -> IDLE;
            };
            case STREAMING -> switch (signal) {
                case OPEN -> CONNECTING;
                case OPENED -> STREAMING;
                case LOST -> POLLING;
                case REFUSED -> REFUSED;
                case CLOSE -> IDLE;
            };
            case POLLING -> switch (signal) {
                case OPEN, LOST -> POLLING;
                case OPENED -> STREAMING;
                case REFUSED -> REFUSED;
                case CLOSE -> IDLE;
            };
            case REFUSED -> switch (signal) {
                case OPEN -> CONNECTING;
                case OPENED, LOST, REFUSED -> REFUSED;
                case CLOSE -> IDLE;
            };
        };
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("everyStateAndSignal")
    void goesWhereTheTableSays(SubscriptionState state, Signal signal) {
        assertEquals(expected(state, signal), state.on(signal));
    }
}

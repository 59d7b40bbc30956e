package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExposureTest {

    private static final Exposure CLOSED = new Exposure(false, Set.of());
    private static final Exposure OPEN = new Exposure(true, Set.of("studio.example"));

    @ParameterizedTest
    @CsvSource({"127.0.0.1, localhost", "127.0.0.1, 127.0.0.1", "127.0.0.1, LocalHost", "0:0:0:0:0:0:0:1, [::1]",
        "::1, localhost", "127.0.0.1, 127.0.0.2"})
    void thisMachineIsShownIt(String address, String name) {
        assertDoesNotThrow(() -> CLOSED.check(address, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "studio.example", "",
        "10.1.2.3", "0x7f.1"})
    void aForeignNameIsNot(String name) {
        refuses(CLOSED, "127.0.0.1", name);
    }

    @Test
    void othersAreOnlyIfTheOperatorSaysSo() {
        refuses(CLOSED, "10.1.2.3", "10.1.2.3");
        refuses(CLOSED, "10.1.2.3", "localhost");
        assertDoesNotThrow(() -> OPEN.check("10.1.2.3", "10.1.2.3"));
        assertDoesNotThrow(() -> OPEN.check("10.1.2.3", "localhost"));
    }

    @Test
    void andThenUnderAnAddressOrANameThatIsConfigured() {
        assertDoesNotThrow(() -> OPEN.check("10.1.2.3", "studio.example"));
        assertDoesNotThrow(() -> OPEN.check("10.1.2.3", "[2001:db8::1]"));
        refuses(OPEN, "10.1.2.3", "evil.example");
        refuses(OPEN, "127.0.0.1", "evil.example");
    }

    private static void refuses(Exposure exposure, String address, String name) {
        var refusal = assertThrows(ProblemException.class, () -> exposure.check(address, name));
        assertTrue(refusal.problem().is(ProblemType.FORBIDDEN));
    }
}

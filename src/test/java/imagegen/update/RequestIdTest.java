package imagegen.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"1", "123e4567-e89b-12d3-a456-426614174000", "job_7.part:2", "...", ".a", "..b"})
    void isWhatABackendCallsARequest(String text) {
        assertEquals(Optional.of(new RequestId(text)), RequestId.parse(text));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {" ", "a b", "a/b", "a?b", "a\nb", "\u00e4", "a%20b"})
    void isNothingThatNeedsEscaping(String text) {
        assertEquals(Optional.empty(), RequestId.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "%2e", "%2E%2e", ".%2e", "..;", "..;x=1", "./", "../", "..\\", "．．"})
    void isNoStepInAPath(String text) {
        assertEquals(Optional.empty(), RequestId.parse(text));
    }

    @ParameterizedTest
    @ValueSource(ints = {129, 100_000})
    void isOfBoundedLength(int length) {
        assertThrows(IllegalArgumentException.class, () -> new RequestId("a".repeat(length)));
    }
}

package imagegen.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

    @Test
    void readsOneObject() throws IOException {
        assertEquals("a cat \u2603", read("{\"prompt\":\"a cat \u2603\"}", 100).getString("prompt"));
    }

    @Test
    void takesExactlyAsManyBytesAsAllowed() throws IOException {
        assertTrue(read("{}", 2).isEmpty());
        assertTrue(refusal("{ }", 2).is(ProblemType.BODY_TOO_LARGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[]", "\"prompt\"", "null", "{\"a\":}", "{} {}", "{\"a\":1}x", "\u0000"})
    void anythingElseIsRefused(String body) {
        assertTrue(refusal(body, 100).is(ProblemType.INVALID_BODY));
    }

    @Test
    void deepNestingIsRefused() {
        assertTrue(refusal("{\"a\":" + "[".repeat(50_000), 100_000).is(ProblemType.INVALID_BODY));
    }

    @Test
    void whatWasReadIsNotRepeated() {
        assertFalse(refusal("{\"prompt\": secret}", 100).json().toString().contains("secret"));
    }

    private static jakarta.json.JsonObject read(String body, int maxBytes) throws IOException {
        return JsonBody.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), maxBytes);
    }

    private static Problem refusal(String body, int maxBytes) {
        return assertThrows(ProblemException.class, () -> read(body, maxBytes)).problem();
    }
}

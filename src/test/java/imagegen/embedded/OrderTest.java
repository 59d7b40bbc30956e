package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.embedded.drawing.Style;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {

    @Test
    void takesAllThatTheContractHas() {
        assertEquals(new Order("a cat", 640, 480, 3, Optional.of(Style.GLASS), OptionalLong.of(7)),
            order("{'prompt':'a cat','width':640,'height':480,'count':3,'style':'Glass','seed':7}"));
    }

    @Test
    void fillsInWhatIsLeftOut() {
        assertEquals(new Order("a cat", 1024, 1024, 1, Optional.empty(), OptionalLong.empty()),
            order("{'prompt':'a cat','style':'','count':null}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}", "{'prompt':''}", "{'prompt':'  '}", "{'prompt':7}", "{'prompt':'x','width':63}",
        "{'prompt':'x','width':2049}", "{'prompt':'x','height':'64'}", "{'prompt':'x','height':64.5}",
        "{'prompt':'x','width':18446744073709551716}", "{'prompt':'x','count':0}", "{'prompt':'x','count':5}",
        "{'prompt':'x','seed':-1}", "{'prompt':'x','seed':4294967296}", "{'prompt':'x','seed':1e30}", "{'prompt':'x','seed':'7'}",
        "{'prompt':'x','style':'cubism'}", "{'prompt':'x','style':[]}"})
    void refusesWhatItCanNotDraw(String body) {
        assertThrows(IllegalArgumentException.class, () -> order(body));
    }

    @Test
    void refusesAPromptThatIsTooLong() {
        assertEquals(2000, order("{'prompt':'" + "x".repeat(2000) + "'}").prompt().length());
        assertThrows(IllegalArgumentException.class, () -> order("{'prompt':'" + "x".repeat(2001) + "'}"));
    }

    @Test
    void hearsSlowAndFailInAnyCase() {
        assertTrue(order("{'prompt':'Slowly now'}").slow());
        assertTrue(order("{'prompt':'an epic FAIL'}").fails());
        assertFalse(order("{'prompt':'a cat'}").slow());
    }

    @Test
    void keepsThePromptOutOfLogs() {
        assertFalse(order("{'prompt':'a secret'}").toString().contains("secret"));
    }

    private static Order order(String json) {
        try (var reader = Json.createReader(new StringReader(json.replace('\'', '"')))) {
            return Order.of(reader.readObject());
        }
    }
}

package imagegen.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 35, 36, Long.MAX_VALUE})
    void readsBackWhatItWrites(long sequence) {
        Cursor cursor = new Cursor("k3f9x2", sequence);
        assertEquals(Optional.of(cursor), Cursor.parse(cursor.toString()));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"-", "a-", "-1", "a", "a--1", "a-+1", "A-1", "a-1 ", "a-1\n", "a-\u0661", "a-zzzzzzzzzzzzz",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1", "a-1-1", "../etc/passwd", "a\u0000-1"})
    void takesNothingElse(String text) {
        assertEquals(Optional.empty(), Cursor.parse(text));
    }

    @Test
    void isNeverBeforeTheBeginning() {
        assertThrows(IllegalArgumentException.class, () -> new Cursor("a", -1));
    }
}

package imagegen.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1", "a-1-", "a-1-A", "a-1-1-1", "../etc/passwd", "a\u0000-1"})
    void takesNothingElse(String text) {
        assertEquals(Optional.empty(), Cursor.parse(text));
    }

    @Test
    void ofAllRequestsCoversAnyAndOfSomeOnlyThose() {
        Set<RequestId> two = Set.of(new RequestId("a"), new RequestId("b"));
        Cursor all = new Cursor("k3f9x2", 7);
        Cursor some = new Cursor("k3f9x2", 7, Cursor.scope(two));
        assertEquals(Optional.of(some), Cursor.parse(some.toString()));
        for (Set<RequestId> asked : List.of(two, Set.of(new RequestId("a")), Set.<RequestId>of())) {
            assertTrue(all.covers(asked));
            assertEquals(asked.equals(two), some.covers(asked));
        }
        assertTrue(some.covers(new LinkedHashSet<>(List.of(new RequestId("b"), new RequestId("a")))));
    }

    @Test
    void isNeverBeforeTheBeginning() {
        assertThrows(IllegalArgumentException.class, () -> new Cursor("a", -1));
    }
}

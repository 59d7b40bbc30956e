package imagegen.requests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EntityTagsTest {
    private static final String TAG = tag("{\"request_id\":\"r-1\"}");

    private static String tag(String message) {
        return EntityTags.of(message.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void isTheSameForTheSameMessageOnly() {
        assertEquals(TAG, tag("{\"request_id\":\"r-1\"}"));
        assertNotEquals(TAG, tag("{\"request_id\":\"r-2\"}"));
        assertTrue(TAG.matches("\"[0-9a-f]{24}\""), TAG);
    }

    @Test
    void matchesOneOfSeveralWeakOrAny() {
        assertTrue(EntityTags.matches(TAG, TAG));
        assertTrue(EntityTags.matches("\"other\", W/" + TAG, TAG));
        assertTrue(EntityTags.matches("*", TAG));
        assertFalse(EntityTags.matches("\"other\"", TAG));
        assertFalse(EntityTags.matches("", TAG));
        assertFalse(EntityTags.matches(null, TAG));
    }
}

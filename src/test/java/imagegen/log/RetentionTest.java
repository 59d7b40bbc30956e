package imagegen.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.config.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {

    private static Retention retention(Map<String, String> set) {
        return Retention.from(new Settings(key -> Optional.ofNullable(set.get(key))));
    }

    @Test
    void readsWhatIsSetAndHasADefaultForTheRest() {
        assertEquals(Retention.DEFAULT, retention(Map.of()));
        assertEquals(new Retention(7, 1000, Duration.ofMinutes(1), 2000), retention(Map.of(
                "image-gen.log.max-updates", "7", "image-gen.log.max-bytes", "1000",
                "image-gen.log.max-age", "PT1M", "image-gen.log.total-bytes", "2000")));
    }

    @ParameterizedTest
    @CsvSource({
        "image-gen.log.max-updates, 0", "image-gen.log.max-updates, many",
        "image-gen.log.max-bytes, 0", "image-gen.log.max-bytes, 1MB",
        "image-gen.log.max-age, PT0S", "image-gen.log.max-age, ten minutes",
        "image-gen.log.total-bytes, -1", "image-gen.log.total-bytes, 1000"})
    void saysWhichSettingIsWrong(String key, String value) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> retention(Map.of(key, value))).getMessage();
        assertTrue(refusal.startsWith(key), refusal);
    }
}

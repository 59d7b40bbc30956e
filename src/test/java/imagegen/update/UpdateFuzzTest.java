package imagegen.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.fuzz.Mutations;
import java.net.URI;
import org.junit.jupiter.api.Test;

class UpdateFuzzTest {

    private final UpdateCodec codec = new UpdateCodec("user");

    @Test
    void whatWasReadFromHostileJsonIsReadTheSameOnceWritten() {
        Mutations.of("update", json -> {
            if (codec.decode(json) instanceof Decoded.Valid valid) {
                byte[] written = UpdateCodec.encode(valid.update());
                var again = (Decoded.Valid) codec.decode(written);
                assertEquals(new String(written, UTF_8), new String(UpdateCodec.encode(again.update()), UTF_8));
                assertTrue(new String(written, UTF_8).lines().count() == 1);
            }
        });
    }

    @Test
    void aCursorIsWhatACursorWrote() {
        Mutations.of("cursor", bytes -> {
            Cursor.parse(new String(bytes, UTF_8)).ifPresent(cursor ->
                    assertEquals(cursor, Cursor.parse(cursor.toString()).orElseThrow()));
        });
    }

    @Test
    void aRequestIdIsOneSegmentOfAPathAsItIs() {
        Mutations.of("request-id", bytes -> {
            String text = new String(bytes, UTF_8);
            RequestId.parse(text).ifPresent(id -> {
                assertEquals(text, id.value());
                String path = "/a/" + text + "/b";
                assertEquals(path, URI.create("http://h" + path).normalize().getPath());
            });
        });
    }
}

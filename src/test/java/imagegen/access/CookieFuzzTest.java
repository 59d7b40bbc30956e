package imagegen.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.fuzz.Mutations;
import org.junit.jupiter.api.Test;

class CookieFuzzTest {

    @Test
    void aTokenStandsInTheHeaderAndIsTheOnlyOneOrNone() {
        Mutations.of("cookie", bytes -> {
            String header = new String(bytes, ISO_8859_1);
            var request = FakeRequest.get("/api/x").with("Cookie", header).request();
            var tokens = SessionCookie.tokens(request);
            assertEquals(tokens.size() == 1, SessionCookie.of(request).isPresent());
            assertTrue(SessionCookie.all(request).containsAll(tokens));
            for (String token : tokens) {
                assertTrue(header.contains(token));
                assertFalse(token.isEmpty() || token.contains(";"));
            }
        });
    }
}

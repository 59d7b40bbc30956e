package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CrossOriginTest {

    private final CrossOrigin filter =
            new CrossOrigin(new Origins(Optional.of("https://other.example"), false));
    private final FakeResponse response = new FakeResponse();
    private boolean passed;

    @Test
    void aPageOfAConfiguredOriginMayReadTheAnswerAndItsRefusals() throws Exception {
        filter(FakeRequest.get("/api/image-gen/events").with("Origin", "https://Other.example"));
        assertTrue(passed);
        assertEquals(Map.of("Access-Control-Allow-Origin", "https://Other.example",
                "Access-Control-Allow-Credentials", "true", "Vary", "Origin",
                "Access-Control-Expose-Headers", "ETag, Location, Retry-After"), response.headers);
    }

    @Test
    void aPageOfAnyOtherOriginMayNot() throws Exception {
        filter(FakeRequest.get("/api/image-gen/events").with("Origin", "https://evil.example"));
        assertTrue(passed);
        assertEquals(Map.of(), response.headers);
        filter(FakeRequest.get("/api/image-gen/events").with("Origin", "null"));
        assertEquals(Map.of(), response.headers);
    }

    @Test
    void thePagesOfThisHostNeedNothing() throws Exception {
        filter(FakeRequest.get("/api/image-gen/events").with("Origin", "https://app.example"));
        assertTrue(passed);
        assertEquals(Map.of(), response.headers);
    }

    @Test
    void aPreflightIsAnsweredHereWithTheHeadersThatWereAskedFor() throws Exception {
        filter(FakeRequest.options("/api/image-gen/requests").with("Origin", "https://other.example")
                .with("Access-Control-Request-Method", "POST")
                .with("Access-Control-Request-Headers", "authorization,idempotency-key, x-tenant"));
        assertFalse(passed);
        assertEquals(204, response.status);
        assertEquals("GET, POST, DELETE", response.headers.get("Access-Control-Allow-Methods"));
        assertEquals("authorization,idempotency-key, x-tenant", response.headers.get("Access-Control-Allow-Headers"));
        assertEquals("600", response.headers.get("Access-Control-Max-Age"));
    }

    @Test
    void namesThatAreNoHeaderNamesAreNotRepeated() throws Exception {
        filter(FakeRequest.options("/api/image-gen/requests").with("Origin", "https://other.example")
                .with("Access-Control-Request-Method", "POST")
                .with("Access-Control-Request-Headers", "x\r\nSet-Cookie: a=b"));
        assertFalse(response.headers.containsKey("Access-Control-Allow-Headers"));
    }

    @Test
    void aPreflightOfAStrangerGetsNoPermission() throws Exception {
        filter(FakeRequest.options("/api/image-gen/requests").with("Origin", "https://evil.example")
                .with("Access-Control-Request-Method", "POST"));
        assertTrue(passed);
        assertEquals(Map.of(), response.headers);
    }

    private void filter(FakeRequest request) throws Exception {
        filter.doFilter(request.request(), response.response(), (asked, answered) -> passed = true);
    }
}

package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {

    private final Origins origins =
            new Origins(Optional.of(" https://other.example , HTTP://Third.example:8080 "), false);
    private final Origins behindProxy = new Origins(Optional.empty(), true);

    @ParameterizedTest
    @CsvSource({
        "http://app.example, app.example, true",
        "https://app.example, app.example, true",
        "https://app.example, app.example:443, true",
        "http://APP.example, app.EXAMPLE, true",
        "http://app.example:8080, app.example:8080, true",
        "http://[::1]:8080, '[::1]:8080', true",
        "http://app.example:8080, app.example, false",
        "http://app.example, app.example:8080, false",
        "http://sub.app.example, app.example, false",
        "http://app.example.evil, app.example, false",
        "http://evil@app.example, app.example, false",
        "file://app.example, app.example, false",
        "null, app.example, false",
        "'', app.example, false",
        "'http://', '', false",
        "https://other.example, app.example, true",
        "http://third.example:8080, app.example, true",
        "http://other.example, app.example, false"})
    void aPageOfThisHostIsOursAndSoAreThoseConfigured(String origin, String host, boolean ours) {
        var request = FakeRequest.post("/api/x").with("Host", host).with("Origin", origin).request();
        assertEquals(ours, origins.allowsChange(request));
        assertEquals(ours, origins.allowsHandshake(request));
    }

    @Test
    void readingNeedsNoOrigin() {
        assertTrue(origins.allowsChange(FakeRequest.get("/api/x").with("Origin", "http://evil.example").request()));
    }

    @Test
    void aForwardedHostCountsOnlyIfTheProxyIsTrusted() {
        var request = FakeRequest.post("/api/x").with("Host", "10.0.0.7:8080").with("Origin", "https://app.example")
                .with("X-Forwarded-Host", "app.example, inner.example").request();
        assertFalse(origins.allowsChange(request));
        assertTrue(behindProxy.allowsChange(request));
        assertFalse(behindProxy.allowsChange(FakeRequest.post("/api/x").with("Host", "app.example")
                .with("Origin", "https://app.example").with("X-Forwarded-Host", "evil.example").request()));
    }

    @Test
    void theCookieIsSecureWhereverThePageWasLoadedOverTls() {
        var plain = FakeRequest.post("/api/x");
        assertFalse(origins.secure(plain.request()));
        assertTrue(origins.secure(FakeRequest.post("/api/x").overTls().request()));
        assertTrue(origins.secure(FakeRequest.post("/api/x").with("Origin", "https://app.example").request()));
        assertFalse(origins.secure(plain.with("X-Forwarded-Proto", "https").request()));
        assertTrue(behindProxy.secure(plain.request()));
    }
}

package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionCookieTest {

    @Test
    void anEmptyOneIsNone() {
        assertEquals(Optional.empty(), SessionCookie.of(FakeRequest.get("/api/x").request()));
        assertEquals(Optional.empty(), SessionCookie.of(FakeRequest.get("/api/x").cookie(" ").request()));
    }

    @Test
    void isFoundInARequest() {
        assertEquals(Optional.of("T1"), SessionCookie.of(FakeRequest.get("/api/x").cookie("T1").request()));
    }
}

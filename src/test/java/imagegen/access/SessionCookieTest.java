package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionCookieTest {

    @Test
    void isFoundAmongOthersInRawHeaders() {
        assertEquals(Optional.of("T1"), SessionCookie.of(List.of("theme=dark; image-gen-session=T1; x=y")));
        assertEquals(Optional.of("T1"), SessionCookie.of(List.of("theme=dark", "image-gen-session=T1")));
        assertEquals(Optional.of("T1"), SessionCookie.of(List.of("image-gen-session=\"T1\"")));
    }

    @Test
    void anEmptyOneIsNone() {
        assertEquals(Optional.empty(), SessionCookie.of(List.of()));
        assertEquals(Optional.empty(), SessionCookie.of(List.of("image-gen-session=")));
        assertEquals(Optional.empty(), SessionCookie.of(List.of("not-image-gen-session=T1; image-gen-session-2=T2")));
        assertEquals(Optional.empty(), SessionCookie.of(FakeRequest.get("/api/x").request()));
        assertEquals(Optional.empty(), SessionCookie.of(FakeRequest.get("/api/x").cookie(" ").request()));
    }

    @Test
    void isFoundInARequest() {
        assertEquals(Optional.of("T1"), SessionCookie.of(FakeRequest.get("/api/x").cookie("T1").request()));
    }
}

package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionCookieTest {

    private static FakeRequest get() {
        return FakeRequest.get("/api/x");
    }

    private static Optional<String> in(FakeRequest request) {
        return SessionCookie.of(request.request());
    }

    @Test
    void aRequestNeedsNone() {
        assertEquals(Optional.empty(), in(get()));
        assertEquals(Optional.empty(), in(get().cookie(" ")));
    }

    @Test
    void itIsFoundAmongOthers() {
        assertEquals(Optional.of("T1"), in(get().cookie("T1")));
    }

    @Test
    void aSecondOneLeavesNoneToTrust() {
        var request = get().cookie("T1").cookie("T2");
        assertEquals(Optional.empty(), in(request));
        assertTrue(Credentials.ambiguous(request.request()));
        assertFalse(Credentials.ambiguous(request.bearer("T3").request()), "the header wins");
    }

    @Test
    void theSameOneTwiceIsNoHarm() {
        assertEquals(Optional.of("T1"), in(get().cookie("T1").cookie("T1")));
    }

    @Test
    void theOneThatNobodyElseCanPlantWins() {
        assertEquals(Optional.of("T1"), in(get().cookie("__Host-image-gen-session", "T1").cookie("T2")));
        assertEquals(Optional.of("T1"), in(get().cookie("__Secure-image-gen-session", "T1").cookie("T2")));
    }

    @Test
    void overTlsTheBareNameCountsForNothing() {
        assertEquals(Optional.empty(), in(get().overTls().cookie("T2")));
        assertEquals(Optional.of("T1"), in(get().overTls().cookie("__Host-image-gen-session", "T1").cookie("T2")));
    }

    // What is set

    @Test
    void itsNameSaysHowItMayTravel() {
        assertEquals("image-gen-session", SessionCookie.name("/", false));
        assertEquals("image-gen-session", SessionCookie.name("/app", false));
        assertEquals("__Host-image-gen-session", SessionCookie.name("/", true));
        assertEquals("__Secure-image-gen-session", SessionCookie.name("/app", true));
    }

    @Test
    void signingOutIsFromEveryOneThatCame() {
        var request = get().cookie("__Host-image-gen-session", "T1").cookie("T2").cookie("T3").request();
        assertEquals(List.of("T1", "T2", "T3"), SessionCookie.all(request));
    }
}

package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.Principal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallerTest {

    private static VerifiedToken token(String raw, String subject, long exp) {
        return new VerifiedToken(raw, Caller.digest(raw), new Claims(subject, "somebody's nickname", Set.of(),
                Instant.ofEpochSecond(exp), Optional.empty(), Optional.empty()));
    }

    @Test
    void theUserIsTheSubjectAndNotTheNickname() {
        var caller = Caller.of(token("T1", "alice", 1_800_000_000), Optional.empty()).orElseThrow();
        assertEquals("alice", caller.user());
        assertEquals("T1", caller.token());
        assertEquals(Instant.ofEpochSecond(1_800_000_000), caller.expiresAt());
        assertTrue(caller.session().isEmpty());
    }

    @Test
    void aTokenFromTheCookieNamesItsSession() {
        var caller = Caller.of(token("T1", "alice", 1), Optional.of("T1")).orElseThrow();
        assertEquals(Optional.of(Caller.sessionOf("T1")), caller.session());
        assertFalse(caller.session().orElseThrow().contains("T1"));
    }

    @Test
    void aCookieThatIsNotThisCallersTokenIsNoSession() {
        assertTrue(Caller.of(token("T1", "alice", 1), Optional.of("T0")).orElseThrow().session().isEmpty());
    }

    @Test
    void aPrincipalWithoutATokenIsNobody() {
        assertTrue(Caller.of(null, Optional.empty()).isEmpty());
        Principal admin = () -> "admin";
        assertTrue(Caller.of(admin, Optional.of("T1")).isEmpty());
    }

    @Test
    void theTokenIsNeverPrinted() {
        var caller = Caller.of(token("SECRET", "alice", 1), Optional.of("SECRET")).orElseThrow();
        assertFalse(caller.toString().contains("SECRET"));
        assertTrue(caller.toString().contains("alice"));
    }

    @Test
    void aCallerHasAName() {
        assertThrows(IllegalArgumentException.class, () -> new Caller(" ", "T1", Instant.EPOCH, Optional.empty()));
    }
}

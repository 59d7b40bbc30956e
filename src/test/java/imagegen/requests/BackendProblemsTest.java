package imagegen.requests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import imagegen.backend.BackendException;
import imagegen.problem.Problem;
import imagegen.problem.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class BackendProblemsTest {

    private static Problem problem(Throwable failure) {
        return ((ProblemException) BackendProblems.of(new CompletionException(failure))).problem();
    }

    private static BackendException refused(int status) {
        return new BackendException.Refused(status, Optional.of("no such thing"));
    }

    @Test
    void hasAProblemForEachWayTheBackendCanFail() {
        assertEquals("backend-unavailable",
                problem(new BackendException.Unavailable("x", Optional.empty(), null)).name());
        assertEquals("backend-timeout", problem(new BackendException.Timeout("x", null)).name());
        assertEquals("backend-refused", problem(new BackendException.Unauthorized(401)).name());
        assertEquals("backend-refused", problem(refused(500)).name());
        assertEquals("backend-refused", problem(refused(402)).name());
        assertEquals("prompt-refused", problem(refused(400)).name());
        assertEquals("prompt-refused", problem(refused(422)).name());
    }

    @Test
    void passesOnWhenToTryAgain() {
        assertEquals("7", problem(new BackendException.Unavailable("x", Optional.of(Duration.ofSeconds(7)), null))
                .headers().get("Retry-After"));
        assertEquals("5", problem(new BackendException.Unavailable("x", Optional.empty(), null))
                .headers().get("Retry-After"));
    }

    @Test
    void tellsTheBackendsOwnLimitAsALimitInItsWordsAndNotAsAnOutage() {
        var limited = problem(new BackendException.Limited(Optional.of(Duration.ofSeconds(90)), Optional.of("100 a day")));
        assertEquals("backend-limit", limited.name());
        assertEquals(429, limited.status());
        assertEquals(Optional.of("100 a day"), limited.detail());
        assertEquals("90", limited.headers().get("Retry-After"));
        assertEquals(Map.of(), problem(new BackendException.Limited(Optional.empty(), Optional.empty())).headers());
    }

    @Test
    void quotesTheBackendOnlyAboutThePrompt() {
        assertEquals(Optional.of("no such thing"), problem(refused(422)).detail());
        assertEquals(Optional.of("It answered with status 500."), problem(refused(500)).detail());
    }

    @Test
    void leavesASurpriseAsItIs() {
        var surprise = new IllegalStateException("a bug");
        assertSame(surprise, BackendProblems.of(new CompletionException(surprise)));
    }
}

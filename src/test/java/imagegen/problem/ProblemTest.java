package imagegen.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {

    @Test
    void namesOfTheWireContractAreAllThereWithTheirStatus() {
        assertEquals(Map.ofEntries(
                Map.entry("token-missing", 401), Map.entry("token-invalid", 401), Map.entry("token-expired", 401),
                Map.entry("keys-unavailable", 503), Map.entry("forbidden", 403), Map.entry("origin-refused", 403),
                Map.entry("transport-switched-off", 409), Map.entry("too-many-streams", 429),
                Map.entry("too-many-requests", 429),
                Map.entry("invalid-parameter", 400), Map.entry("invalid-body", 400), Map.entry("body-timeout", 408),
                Map.entry("body-too-large", 413),
                Map.entry("unknown-request", 404), Map.entry("not-found", 404), Map.entry("method-not-allowed", 405),
                Map.entry("unsupported-media-type", 415), Map.entry("not-acceptable", 406),
                Map.entry("idempotency-conflict", 422), Map.entry("backend-unavailable", 503),
                Map.entry("backend-timeout", 504), Map.entry("backend-refused", 502),
                Map.entry("backend-limit", 429), Map.entry("prompt-refused", 422),
                Map.entry("draining", 503), Map.entry("internal", 500)),
                Arrays.stream(ProblemType.values())
                        .collect(Collectors.toMap(ProblemType::slug, ProblemType::status)));
    }

    @Test
    void membersAreWrittenInTheOrderOfTheStandardAndExtensionsAfterThem() {
        var problem = Problem.of(ProblemType.TRANSPORT_SWITCHED_OFF, "Use the other one.")
                .with("transport", "websocket").with("url", "/ws/image-gen").withInstance("urn:uuid:1");

        assertEquals("{\"type\":\"urn:problem-type:image-gen:transport-switched-off\","
                + "\"title\":\"This transport is switched off\",\"status\":409,\"detail\":\"Use the other one.\","
                + "\"instance\":\"urn:uuid:1\",\"transport\":\"websocket\",\"url\":\"/ws/image-gen\"}",
                problem.json().toString());
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeKnowsItselfByItsShortName(ProblemType type) {
        var problem = Problem.of(type);
        assertEquals(type.slug(), problem.name());
        assertTrue(problem.is(type));
        assertFalse(problem.title().isBlank());
    }

    @ParameterizedTest
    @EnumSource
    void everyUnauthorizedAnswerNamesItsScheme(ProblemType type) {
        assertEquals(type.status() == 401, Problem.of(type).headers().containsKey("WWW-Authenticate"));
    }

    @Test
    void aMissingTokenIsNoInvalidToken() {
        assertFalse(Problem.of(ProblemType.TOKEN_MISSING).headers().get("WWW-Authenticate").contains("error"));
        assertTrue(Problem.of(ProblemType.TOKEN_EXPIRED).headers().get("WWW-Authenticate").contains("invalid_token"));
    }

    @Test
    void retryAfterIsInWholeSecondsRoundedUp() {
        var problem = Problem.of(ProblemType.TOO_MANY_STREAMS);
        assertEquals("2", problem.retryAfter(Duration.ofMillis(1001)).headers().get("Retry-After"));
        assertEquals("1", problem.retryAfter(Duration.ZERO).headers().get("Retry-After"));
    }

    @Test
    void anExtensionCannotHideAMemberOfTheStandard() {
        var problem = Problem.of(ProblemType.INTERNAL);
        for (var name : List.of("type", "title", "status", "detail", "instance")) {
            assertThrows(IllegalArgumentException.class, () -> problem.with(name, "x"));
        }
    }

    @Test
    void aSuccessIsNoProblem() {
        assertThrows(IllegalArgumentException.class, () -> new Problem("about:blank", "OK", 200, Optional.empty(),
                Optional.empty(), Map.of(), Map.of()));
    }

    @Test
    void aStatusWithoutATypeOfOursKeepsItsStatus() {
        assertEquals("Precondition Failed", Problem.ofStatus(412).title());
        assertEquals("about:blank", Problem.ofStatus(412).type());
        assertEquals(431, Problem.ofStatus(431).status());
        assertEquals("other", Problem.ofStatus(431).name());
        assertTrue(Problem.ofStatus(503).is(ProblemType.INTERNAL));
    }
}

package imagegen.requests;

import imagegen.backend.BackendException;
import imagegen.intake.KeyConflict;
import imagegen.intake.TooManyCalls;
import imagegen.problem.Problem;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** What a caller is told where the backend did not do as asked. */
final class BackendProblems {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private BackendProblems() {
    }

    /** The failure of a call to the backend as a problem; anything unexpected stays what it is. */
    static Throwable of(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapper when wrapper.getCause() != null -> of(wrapper.getCause());
            case KeyConflict conflict -> new ProblemException(ProblemType.IDEMPOTENCY_CONFLICT,
                    "This Idempotency-Key was used for another body; choose a new one.");
            case TooManyCalls tooMany -> new ProblemException(Problem.of(ProblemType.TOO_MANY_REQUESTS)
                    .retryAfter(tooMany.retryAfter()), tooMany);
            case BackendException backend -> new ProblemException(problem(backend), backend);
            default -> failure;
        };
    }

    private static Problem problem(BackendException failure) {
        return switch (failure) {
            case BackendException.Unavailable unavailable -> Problem.of(ProblemType.BACKEND_UNAVAILABLE)
                    .retryAfter(unavailable.retryAfter().orElse(RETRY_AFTER));
            case BackendException.Limited limited -> limited(limited);
            case BackendException.Timeout timeout -> Problem.of(ProblemType.BACKEND_TIMEOUT);
            case BackendException.Unauthorized unauthorized -> Problem.of(ProblemType.BACKEND_REFUSED,
                    "The image backend does not accept this caller's token.");
            case BackendException.Refused refused when aboutThePrompt(refused.status()) -> refused.detail()
                    .map(words -> Problem.of(ProblemType.PROMPT_REFUSED, words))
                    .orElseGet(() -> Problem.of(ProblemType.PROMPT_REFUSED));
            case BackendException.Refused refused -> Problem.of(ProblemType.BACKEND_REFUSED,
                    "It answered with status " + refused.status() + ".");
        };
    }

    // Without the backend's word on when to come again there is none: a quota may last a second or a month.
    private static Problem limited(BackendException.Limited limit) {
        var problem = limit.detail().map(words -> Problem.of(ProblemType.BACKEND_LIMIT, words))
                .orElseGet(() -> Problem.of(ProblemType.BACKEND_LIMIT));
        return limit.retryAfter().map(problem::retryAfter).orElse(problem);
    }

    private static boolean aboutThePrompt(int status) {
        return switch (status) {
            case 400, 413, 422, 451 -> true;
            default -> false;
        };
    }
}

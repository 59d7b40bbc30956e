package imagegen.problem;

import java.util.Objects;

/**
 * Ends a request with a {@link Problem}. An expected outcome, so it records no stack; whoever has something to say
 * about the cause logs it where it happens. Deliberately no {@code WebApplicationException}: that one needs a JAX-RS
 * runtime only to be made.
 */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        this(problem, null);
    }

    public ProblemException(Problem problem, Throwable cause) {
        super(problem.type() + problem.detail().map(it -> ": " + it).orElse(""), cause, false, false);
        this.problem = Objects.requireNonNull(problem);
    }

    public ProblemException(ProblemType type) {
        this(Problem.of(type));
    }

    public ProblemException(ProblemType type, String detail) {
        this(Problem.of(type, detail));
    }

    public Problem problem() {
        return problem;
    }
}

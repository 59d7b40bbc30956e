package imagegen.update;

import java.util.Optional;

/**
 * What became of one request. A request has any number of {@link Progress} updates, then exactly one terminal update,
 * {@link Success} or {@link Failure}, then none. A failure that is only our guess is not terminal: the backend's own
 * word may follow it.
 */
public sealed interface Update permits Progress, Success, Failure {

    RequestId requestId();

    /** Words for a person, as the backend wrote them. */
    Optional<String> message();

    /** Whether nothing can follow for this request. */
    default boolean terminal() {
        return switch (this) {
            case Progress progress -> false;
            case Success success -> true;
            case Failure failure -> !failure.provisional();
        };
    }
}

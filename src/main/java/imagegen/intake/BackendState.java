package imagegen.intake;

import java.util.List;
import java.util.Optional;

/**
 * How this gateway stands with its backend.
 *
 * @param trouble    why the backend counts as out of order; empty while it works or nothing is known
 * @param connecting users whose stream is being opened
 * @param streaming  users with an open stream
 * @param polling    users whose stream can't be had
 * @param refused    users whose token the backend does not accept
 */
public record BackendState(Optional<String> trouble, int connecting, int streaming, int polling, int refused) {

    /** What {@link #word} may answer. */
    static final List<String> WORDS = List.of("down", "refused", "polling", "streaming", "idle");

    /** The worst of it in one word. */
    String word() {
        return !usable() ? "down" : refused > 0 && streaming == 0 ? "refused" : polling > 0 ? "polling"
                : streaming > 0 ? "streaming" : "idle";
    }

    /** Whether it makes sense to send callers here. */
    public boolean usable() {
        return trouble.isEmpty();
    }
}

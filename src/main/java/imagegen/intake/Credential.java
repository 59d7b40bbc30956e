package imagegen.intake;

import imagegen.time.Time;
import java.time.Duration;
import java.util.Optional;

/**
 * One party's newest token, as long as it is any good. A token that the backend refuses though it is valid is tried
 * again after a while, and again after twice that: a backend may refuse by mistake, and its users would be silent until
 * their tokens are replaced. Safe for any thread; never calls out.
 */
final class Credential {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final int MAX_DOUBLINGS = 5;

    private final Time time;

    // guarded by this
    private Token newest;
    private int refusals;
    private long refusedAt;

    Credential(Time time) {
        this.time = time;
    }

    /** The newest token, unless it has expired or the backend has refused it lately. */
    synchronized Optional<Token> good() {
        return usable() ? Optional.of(newest) : Optional.empty();
    }

    /** Whether the backend has refused the newest token and not accepted it since. */
    synchronized boolean refused() {
        return refusals > 0;
    }

    /** Takes a token if it lasts longer than the present one, or if that is no good any more. */
    synchronized void offer(Token token) {
        if (token.expired(time.instant()) || newest != null && newest.value().equals(token.value())) {
            return;
        }
        if (usable() && token.expiresAt().isBefore(newest.expiresAt())) {
            return;
        }
        newest = token;
        refusals = 0;
    }

    /** The backend does not accept this token. */
    synchronized void refuse(Token token) {
        // Several calls may have been under way with it: they are one refusal.
        if (token.equals(newest) && !pausing()) {
            refusals++;
            refusedAt = time.nanos();
        }
    }

    /** The backend has accepted this token. */
    synchronized void accept(Token token) {
        if (token.equals(newest)) {
            refusals = 0;
        }
    }

    private boolean usable() {
        return newest != null && !newest.expired(time.instant()) && !pausing();
    }

    private boolean pausing() {
        return refusals > 0 && !time.passed(
                FIRST_PAUSE.multipliedBy(1L << Math.min(refusals - 1, MAX_DOUBLINGS)), refusedAt);
    }
}

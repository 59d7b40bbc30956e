package imagegen.intake;

import imagegen.time.Time;
import java.util.Optional;

/** One party's newest token, as long as it is any good. Safe for any thread; never calls out. */
final class Credential {
    private final Time time;

    // guarded by this
    private Token newest;
    private boolean refused;

    Credential(Time time) {
        this.time = time;
    }

    /** The newest token, unless it has expired or the backend has refused it. */
    synchronized Optional<Token> good() {
        return usable() ? Optional.of(newest) : Optional.empty();
    }

    /**
     * Takes a token if it lasts longer than the present one, or if that is no good any more.
     *
     * @return whether there is another token now
     */
    synchronized boolean offer(Token token) {
        if (token.expired(time.instant()) || newest != null && newest.value().equals(token.value())) {
            return false;
        }
        if (usable() && token.expiresAt().isBefore(newest.expiresAt())) {
            return false;
        }
        newest = token;
        refused = false;
        return true;
    }

    /** The backend does not accept this token: it is offered to nobody again. */
    synchronized void refuse(Token token) {
        if (token.equals(newest)) {
            refused = true;
        }
    }

    /** Forgets the token and whatever was held against it. */
    synchronized void forget() {
        newest = null;
    }

    private boolean usable() {
        return newest != null && !refused && !newest.expired(time.instant());
    }
}

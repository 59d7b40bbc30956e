package imagegen.intake;

import imagegen.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One party's tokens, of which the one that lasts longest is used. One that the backend refuses though it is valid is
 * tried again after a while, and again after twice that, and meanwhile the next best serves: a backend may refuse by
 * mistake, and its users would be silent until their tokens are replaced. Safe for any thread; never calls out.
 */
final class Credential {
    private static final int MAX_TOKENS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final int MAX_DOUBLINGS = 5;

    private final Time time;

    // guarded by this; those that last longest first
    private final List<Known> tokens = new ArrayList<>(1);

    Credential(Time time) {
        this.time = time;
    }

    /** The best token that has neither expired nor been refused lately. */
    synchronized Optional<Token> good() {
        expire();
        return tokens.stream().filter(it -> !it.pausing(time)).map(it -> it.token).findFirst();
    }

    /** Whether the backend has refused every token that there is, and accepted none since. */
    synchronized boolean refused() {
        expire();
        return !tokens.isEmpty() && tokens.stream().allMatch(it -> it.refusals > 0);
    }

    synchronized void offer(Token token) {
        expire();
        if (token.expired(time.instant()) || known(token).isPresent()) {
            return;
        }
        tokens.add(new Known(token));
        tokens.sort(Comparator.comparing((Known it) -> it.token.expiresAt()).reversed());
        if (tokens.size() > MAX_TOKENS) {
            tokens.removeLast();
        }
    }

    /** The backend does not accept this token. */
    synchronized void refuse(Token token) {
        // Several calls may have been under way with it: they are one refusal.
        known(token).filter(it -> !it.pausing(time)).ifPresent(it -> {
            it.refusals++;
            it.refusedAt = time.nanos();
        });
    }

    /** The backend has accepted this token. */
    synchronized void accept(Token token) {
        known(token).ifPresent(it -> it.refusals = 0);
    }

    private Optional<Known> known(Token token) {
        return tokens.stream().filter(it -> it.token.value().equals(token.value())).findFirst();
    }

    private void expire() {
        var now = time.instant();
        while (!tokens.isEmpty() && tokens.getLast().token.expired(now)) {
            tokens.removeLast();
        }
    }

    private static final class Known {
        private final Token token;
        private int refusals;
        private long refusedAt;

        private Known(Token token) {
            this.token = token;
        }

        private boolean pausing(Time time) {
            return refusals > 0 && !time.passed(
                    FIRST_PAUSE.multipliedBy(1L << Math.min(refusals - 1, MAX_DOUBLINGS)), refusedAt);
        }
    }
}

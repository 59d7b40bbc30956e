package imagegen.intake;

import imagegen.backend.BackendException;
import imagegen.log.Entry;
import imagegen.update.Decoded;
import imagegen.update.Failure;
import imagegen.update.RequestId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks the backend for what one user's stream did not tell: how an unfinished request stands, and what became of one
 * that a visitor names and the log does not know. Each request is asked for by one call at a time.
 *
 * <p>A request that was seen unfinished is remembered here until it ends, since the log forgets one that is silent for
 * longer than its age limit. Never blocks; any thread.
 */
final class Reconciler {
    private static final int MAX_CASES = 1024;

    private final String user;
    private final Feeds.Means means;
    private final Consumer<Token> refused;

    // guarded by this; oldest first
    private final Map<RequestId, Case> cases = new LinkedHashMap<>(4);

    /** @param refused told of a token that the backend does not accept */
    Reconciler(String user, Feeds.Means means, Consumer<Token> refused) {
        this.user = user;
        this.means = means;
        this.refused = refused;
    }

    /** How much a 404 says about a request. */
    enum Authority {
        /** Asked with the user's own token: the backend has no such request. */
        OWNER,
        /** Asked under a service token, which may simply not be allowed to see it. */
        SERVICE
    }

    /** The requests that have not ended, as far as anybody has heard, oldest first. */
    List<RequestId> open() {
        return remember(means.unfinished(user));
    }

    /** Asks for every request that has not ended. */
    void unfinished(Token token, Authority authority) {
        open().forEach(id -> ask(id, token, authority));
    }

    /** Asks for those that have neither been heard of nor been asked for lately. */
    void silent(Token token, Authority authority) {
        for (var id : open()) {
            var heard = means.latest(user, id).filter(entry -> !silentSince(entry.appendedAt())).isPresent();
            if (!heard && !askedLately(id) || denialIsDue(id)) {
                ask(id, token, authority);
            }
        }
    }

    /** Asks for requests that a visitor names, unless the log knows them or they were asked for lately. */
    void named(Iterable<RequestId> ids, Token token) {
        for (var id : ids) {
            if (means.latest(user, id).isEmpty() && !askedLately(id)) {
                ask(id, token, Authority.OWNER);
            }
        }
    }

    /** The backend has taken the caller's wish to end this request: look at once what became of it. */
    void cancelled(RequestId id, Token token) {
        synchronized (this) {
            about(id).cancelled = true;
        }
        ask(id, token, Authority.OWNER);
    }

    /** The request has ended: nothing more is to be asked. */
    synchronized void ended(RequestId id) {
        cases.computeIfPresent(id, (key, about) -> about.asking ? about.closed() : null);
    }

    /** Asks for one request, unless that is under way. */
    void ask(RequestId id, Token token, Authority authority) {
        synchronized (this) {
            var about = about(id);
            if (about.asking) {
                return;
            }
            about.asking = true;
            about.asked = true;
            about.askedAt = means.time().nanos();
        }
        means.backend().status(token.value(), id).whenComplete((answer, failure) -> {
            if (failure != null) {
                failed(id, token, failure);
            } else if (answer.isPresent()) {
                answered(id, answer.get());
            } else {
                denied(id, authority);
            }
        });
    }

    private void answered(RequestId id, Decoded answer) {
        settle(id, about -> about.denied = false);
        means.inbox().check(answer).ifPresent(valid -> {
            if (!valid.update().requestId().equals(id)) {
                means.inbox().skip("foreign-request", () -> "asked for one request, told of another");
            } else if (valid.user().filter(owner -> !owner.equals(user)).isPresent()) {
                means.inbox().skip("foreign-user", () -> "a status names another user");
            } else {
                means.inbox().found(user, valid.update());
                if (valid.update().terminal()) {
                    ended(id);
                }
            }
        });
    }

    private void denied(RequestId id, Authority authority) {
        var latest = means.latest(user, id);
        var verdict = settle(id, about -> authority == Authority.SERVICE || latest.filter(Entry::terminal).isPresent()
                ? Optional.<String>empty() : about.denied(latest, means));
        verdict.ifPresent(words -> {
            means.inbox().found(user, Failure.of(id, words));
            ended(id);
        });
    }

    private void failed(RequestId id, Token token, Throwable failure) {
        settle(id, Function.identity());
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        // 403 is about this request only; unavailability shows in the backend's reach, and is asked again anyway.
        if (cause instanceof BackendException.Unauthorized unauthorized && unauthorized.status() == 401) {
            refused.accept(token);
        } else if (cause instanceof BackendException.Refused strange) {
            means.inbox().skip("status-refused", () -> "asked for a status, got " + strange.status());
        }
    }

    /** Adds what the log has open to what is remembered as open; answers all of that. */
    private synchronized List<RequestId> remember(List<RequestId> unfinished) {
        unfinished.forEach(id -> about(id).open = true);
        // What a visitor named and nobody knew is remembered only for as long as it shall not be asked for again.
        cases.values().removeIf(about -> !about.open && !about.asking && silentSince(about.askedAt));
        return cases.entrySet().stream().filter(it -> it.getValue().open).map(Map.Entry::getKey).toList();
    }

    // Held by this.
    private Case about(RequestId id) {
        var present = cases.get(id);
        if (present != null) {
            return present;
        }
        if (cases.size() >= MAX_CASES) {
            cases.remove(cases.keySet().iterator().next());
        }
        var about = new Case();
        cases.put(id, about);
        return about;
    }

    private synchronized <T> T settle(RequestId id, Function<Case, T> change) {
        var about = about(id);
        about.asking = false;
        return change.apply(about);
    }

    private synchronized boolean askedLately(RequestId id) {
        var about = cases.get(id);
        return about != null && about.asked && !silentSince(about.askedAt);
    }

    /** Whether the backend has denied the request for so long that it only needs to do so once more. */
    private synchronized boolean denialIsDue(RequestId id) {
        var about = cases.get(id);
        return about != null && about.denied && means.time().passed(means.config().unknownAfter(), about.deniedAt);
    }

    private boolean silentSince(long nanos) {
        return means.time().passed(means.config().reconcileAfter(), nanos);
    }

    /** What is remembered of one request while it is open, or was asked for lately. */
    private static final class Case {
        private boolean open;
        private boolean cancelled;
        private boolean asking;
        private boolean asked;
        private long askedAt;
        private boolean denied;
        private long deniedAt;

        private Case closed() {
            open = false;
            return this;
        }

        /**
         * The backend does not know the request; the words to end it with, if that is final. A backend may deny for a
         * moment what it has just taken, so a denial counts only if it has lasted, with no update in between.
         */
        private Optional<String> denied(Optional<Entry> latest, Feeds.Means means) {
            if (cancelled) {
                return Optional.of("cancelled");
            }
            if (!open && latest.isEmpty()) {
                return Optional.empty(); // somebody's guess: it never was one of this user's
            }
            if (!denied || latest.filter(it -> it.appendedAt() - deniedAt > 0).isPresent()) {
                denied = true;
                deniedAt = means.time().nanos();
            }
            return means.time().passed(means.config().unknownAfter(), deniedAt)
                    ? Optional.of("the backend no longer knows this request") : Optional.empty();
        }
    }
}

package imagegen.intake;

import imagegen.backend.BackendException;
import imagegen.log.Entry;
import imagegen.update.Decoded;
import imagegen.update.Failure;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Asks the backend for what one user's stream did not tell: how an unfinished request stands, and what became of one
 * that a visitor names and the log does not know. Each request is asked for by one call at a time, and as long as it
 * takes to get an answer.
 *
 * <p>All that is heard of a request comes by here, so that an answer which is older than what the stream has said since
 * it was asked for can be told from a newer one. Never blocks; any thread; nothing is called with a lock held.
 */
final class StatusChecker {
    private static final int MAX_CASES = 1024;
    private static final int MAX_NAMED = 256;
    private static final int MAX_DOUBLINGS = 5;
    // A backend that asks to be left alone for longer is not believed.
    private static final Duration MAX_WAIT = Duration.ofMinutes(1);

    /** How much a 404 says about a request. */
    enum Authority {
        /** Asked with the user's own token: the backend has no such request. */
        OWNER,
        /** Asked under a service token, which may simply not be allowed to see it. */
        SERVICE
    }

    /** Who asks. */
    record Asker(Token token, Authority authority, FairCalls calls) {
    }

    private final String user;
    private final Tools tools;
    private final Predicate<RequestId> streaming;
    private final Consumer<Token> accepted;
    private final Consumer<Token> refused;
    private final Consumer<Decoded.Valid> foreign;

    // guarded by this; oldest first
    private final Map<RequestId, Case> cases = new LinkedHashMap<>(4);
    private long refreshedAt;
    private boolean refreshed;
    private long gapAt;
    private boolean gap;

    /**
     * @param streaming whether there is an open stream that would tell of a request; takes no lock
     * @param accepted told of a token that the backend accepts
     * @param refused  told of one that it does not
     * @param foreign  given the end of another user's request, as the service token was told it
     */
    StatusChecker(String user, Tools tools, Predicate<RequestId> streaming, Consumer<Token> accepted,
            Consumer<Token> refused, Consumer<Decoded.Valid> foreign) {
        this.user = user;
        this.tools = tools;
        this.streaming = streaming;
        this.accepted = accepted;
        this.refused = refused;
        this.foreign = foreign;
    }

    /** The requests that have not ended, as far as anybody has heard, oldest first. */
    synchronized List<RequestId> open() {
        return cases.entrySet().stream().filter(it -> it.getValue().open).map(Map.Entry::getKey).toList();
    }

    /** Whether nothing is left to be asked for, but what was not heard of for that long or counts as failed. */
    synchronized boolean idle(Duration silence) {
        return cases.values().stream().noneMatch(it -> it.asking != null
                || it.open && it.guess.isEmpty() && !tools.time().passed(silence, it.heardAt));
    }

    /** A stream has told this; it goes to the log. */
    void streamed(Update update) {
        synchronized (this) {
            var about = update.terminal() ? cases.get(update.requestId()) : about(update.requestId());
            if (about != null) {
                about.heard(tools.time().nanos());
                about.open = !update.terminal();
                if (about.settling) {
                    about.meanwhile.add(update); // whoever writes the answer writes this after it
                    return;
                }
                forgetIfOver(update.requestId(), about);
            }
        }
        tools.inbox().streamed(user, update);
    }

    /**
     * The backend has taken this request; nothing is to be asked until it has been silent for long.
     *
     * @param since when it was given the request, in the nanoseconds of the clock: the stream may have been away since
     */
    synchronized void begun(RequestId id, long since) {
        var about = about(id);
        about.open = true;
        about.heardAt = tools.time().nanos();
        if (gap && gapAt - since >= 0) {
            about.owed = true;
            about.missed = true;
        }
    }

    /** Visitors wait for these: whichever the log does not know is asked for until there is an answer. */
    void named(Set<RequestId> ids) {
        for (var id : ids) {
            tools.logs().latest(user, id).whenComplete((known, failure) -> {
                if (failure == null && known.isEmpty()) {
                    name(id);
                }
            });
        }
    }

    private synchronized void name(RequestId id) {
        if (!cases.containsKey(id)
                && cases.values().stream().filter(it -> it.named && !it.open).count() >= MAX_NAMED) {
            cases.entrySet().stream().filter(it -> it.getValue().named && !it.getValue().open
                    && it.getValue().asking == null).findFirst().map(Map.Entry::getKey).ifPresent(cases::remove);
        }
        about(id).named = true;
    }

    /** The stream was opened or lost: what is open may have gone on unheard. */
    synchronized void missed(Optional<RequestId> only) {
        gap = true;
        gapAt = tools.time().nanos();
        cases.forEach((id, about) -> {
            if (only.map(id::equals).orElse(true)) {
                about.owed = true;
                about.missed = true;
            }
        });
    }

    /** The backend has taken the caller's wish to end this request: look at once what became of it. */
    void cancelled(RequestId id, Asker asker) {
        synchronized (this) {
            var about = about(id);
            about.cancelled = true;
            about.named = true;
        }
        ask(id, asker);
    }

    /** Learns from the log what is open, once in a while: another node may have begun it, or it was long ago. */
    void refresh() {
        synchronized (this) {
            if (refreshed && !tools.time().passed(tools.config().refreshAfter(), refreshedAt)) {
                return;
            }
            refreshed = true;
            refreshedAt = tools.time().nanos();
        }
        tools.logs().unfinished(user).whenComplete((ids, failure) -> {
            if (failure == null) {
                remember(ids);
            }
        });
    }

    private void remember(List<RequestId> unfinished) {
        var doubtful = new ArrayList<RequestId>();
        synchronized (this) {
            for (var id : unfinished) {
                var about = about(id);
                if (!about.open) {
                    about.open = true;
                    about.owed = true;
                    about.heardAt = tools.time().nanos();
                }
            }
            cases.forEach((id, about) -> {
                if (about.open && !unfinished.contains(id)) {
                    doubtful.add(id);
                }
            });
        }
        // Ended by another node; what the log has merely forgotten stays open here.
        for (var id : doubtful) {
            tools.logs().latest(user, id).thenAccept(latest -> {
                if (latest.filter(Entry::terminal).isPresent()) {
                    over(id);
                }
            });
        }
    }

    private synchronized void over(RequestId id) {
        var about = cases.get(id);
        if (about != null) {
            about.open = false;
            about.named = false;
            forgetIfOver(id, about);
        }
    }

    /** Whether what the log has of this request is as good as what the backend would answer now. */
    synchronized boolean upToDate(RequestId id) {
        var about = cases.get(id);
        return about != null && about.asking == null
                && (streaming.test(id) && !about.owed || about.asked && !tools.time().passed(tools.config().pollInterval(), about.askedAt));
    }

    /** Whether a call for this request is under way, which another would join. */
    synchronized boolean asking(RequestId id) {
        var about = cases.get(id);
        return about != null && about.asking != null;
    }

    /** Asks for whatever it is time to ask for. */
    void tick(Asker asker) {
        var due = new ArrayList<RequestId>();
        synchronized (this) {
            cases.values().removeIf(it -> !it.open && !it.named && it.asking == null && !it.settling
                    && (!it.asked || tools.time().passed(tools.config().reconcileAfter(), it.askedAt)));
            cases.forEach((id, about) -> {
                if (about.asking == null && (about.open || about.named) && !about.waits(tools) && due(id, about, asker.authority())
                        && (about.open || granted(about))) {
                    due.add(id);
                }
            });
        }
        due.forEach(id -> ask(id, asker));
    }

    // Held by this.
    private boolean due(RequestId id, Case about, Authority authority) {
        var time = tools.time();
        var config = tools.config();
        var poll = about.pause(config.pollInterval(), authority, tools);
        if (about.named && !about.denied || about.open && about.owed) {
            return !about.asked || time.passed(poll, about.askedAt);
        }
        if (about.guess.isEmpty() && about.open && !streaming.test(id)) {
            return time.passed(poll, about.heardAt) && (!about.asked || time.passed(poll, about.askedAt));
        }
        // The backend only needs to deny it once more.
        if (about.open && about.denied && about.guess.isEmpty() && evidence(id, about)
                && time.passed(config.unknownAfter(), about.deniedAt)) {
            return time.passed(config.pollInterval(), about.askedAt);
        }
        var silence = about.pause(config.reconcileAfter(), authority, tools);
        return time.passed(silence, about.heardAt) && (!about.asked || time.passed(silence, about.askedAt));
    }

    /** A denial alone says little: it may be how a backend answers that has no such endpoint. Held by this. */
    private boolean evidence(RequestId id, Case about) {
        return tools.answers().get() || about.missed || !streaming.test(id);
    }

    // Held by this.
    private boolean granted(Case about) {
        var wait = tools.unknown().take(user);
        wait.ifPresent(it -> about.waitFor(it, tools));
        return wait.isEmpty();
    }

    /**
     * Asks for one request, unless that is under way.
     *
     * @return whether the backend knows it, once its answer is in the log; ends with whatever kept it from answering
     */
    CompletionStage<Boolean> ask(RequestId id, Asker asker) {
        var answer = new CompletableFuture<Boolean>();
        long version;
        synchronized (this) {
            var about = about(id);
            if (about.asking != null) {
                return about.asking;
            }
            about.asking = answer;
            about.asked = true;
            about.askedAt = tools.time().nanos();
            about.owed = false;
            version = about.version;
        }
        asker.calls().call(user, () -> tools.backend().status(asker.token().value(), id))
                .whenComplete((decoded, failure) -> {
                    try {
                        if (failure != null) {
                            failed(id, asker, answer, failure);
                        } else {
                            accepted.accept(asker.token());
                            if (decoded.isPresent()) {
                                tools.answers().set(true);
                                answered(id, asker.authority(), answer, version, decoded.get());
                            } else {
                                denied(id, answer, asker.authority());
                            }
                        }
                    } catch (RuntimeException | Error e) {
                        tools.inbox().failed(e);
                        retried(id);
                        answer.completeExceptionally(e);
                    }
                });
        return answer;
    }

    private void answered(RequestId id, Authority authority, CompletableFuture<Boolean> answer, long version,
            Decoded decoded) {
        var valid = tools.inbox().check(decoded);
        if (valid.isEmpty()) {
            retried(id);
            answer.completeExceptionally(new BackendException.Refused(200, Optional.empty()));
            return;
        }
        var update = valid.get().update();
        if (!update.requestId().equals(id) || valid.get().user().filter(owner -> !owner.equals(user)).isPresent()) {
            if (authority == Authority.SERVICE && update.requestId().equals(id) && update.terminal()) {
                foreign.accept(valid.get()); // as good as if the stream had told it
            }
            tools.inbox().skip(update.requestId().equals(id) ? "foreign-user" : "foreign-request",
                    () -> "a status that is not the one that was asked for");
            retried(id);
            answer.complete(false);
            return;
        }
        synchronized (this) {
            var about = about(id);
            about.asking = null;
            about.known();
            if (!update.terminal() && about.version != version) {
                answer.complete(true); // the stream has told more since
                return;
            }
            about.heard(tools.time().nanos());
            about.open = !update.terminal();
            about.settling = true;
        }
        var written = tools.inbox().found(user, update);
        rest(id);
        written.whenComplete((outcome, failure) -> {
            if (failure == null) {
                answer.complete(true);
            } else {
                answer.completeExceptionally(failure);
            }
        });
    }

    /** Writes what the stream has told while an answer was being written. */
    private void rest(RequestId id) {
        while (true) {
            Update next;
            synchronized (this) {
                var about = about(id);
                next = about.meanwhile.poll();
                if (next == null) {
                    about.settling = false;
                    forgetIfOver(id, about);
                    return;
                }
            }
            tools.inbox().streamed(user, next);
        }
    }

    private void denied(RequestId id, CompletableFuture<Boolean> answer, Authority authority) {
        Optional<Failure> guess;
        synchronized (this) {
            var about = about(id);
            about.asking = null;
            guess = authority == Authority.OWNER ? about.denied(id, evidence(id, about), tools) : about.deniedToService();
        }
        guess.ifPresent(failure -> tools.inbox().found(user, failure));
        answer.complete(false);
    }

    private void failed(RequestId id, Asker asker, CompletableFuture<Boolean> answer, Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        retried(id);
        switch (cause) {
            case BackendException.Limited it -> it.retryAfter().ifPresent(pause -> waitFor(id, pause));
            // 403 is about this request only.
            case BackendException.Unauthorized it when it.status() == 401 -> refused.accept(asker.token());
            case BackendException.Unauthorized it -> { }
            case BackendException.Refused it -> tools.inbox().skip("status-refused",
                    () -> "asked for a status, got " + it.status());
            // Shows in the backend's reach.
            case BackendException.Unavailable it -> it.retryAfter().ifPresent(pause -> waitFor(id, pause));
            case BackendException.Timeout it -> { }
            case TooManyCalls it -> { }
            default -> tools.inbox().failed(cause);
        }
        answer.completeExceptionally(cause);
    }

    /** It was asked for in vain, and is to be asked for again. */
    private synchronized void retried(RequestId id) {
        var about = about(id);
        about.asking = null;
        about.owed = true;
        about.failures++;
    }

    private synchronized void waitFor(RequestId id, Duration pause) {
        about(id).waitFor(pause, tools);
    }

    // Held by this.
    private Case about(RequestId id) {
        var present = cases.get(id);
        if (present != null) {
            return present;
        }
        if (cases.size() >= MAX_CASES) {
            var idle = cases.entrySet().stream().filter(it -> it.getValue().asking == null && !it.getValue().settling)
                    .toList();
            idle.stream().filter(it -> !it.getValue().open).findFirst().or(() -> idle.stream().findFirst())
                    .map(Map.Entry::getKey).ifPresent(cases::remove);
        }
        var about = new Case();
        about.heardAt = tools.time().nanos();
        cases.put(id, about);
        return about;
    }

    // Held by this. What has been asked for is remembered for a while, so that it is not asked for again at once.
    private void forgetIfOver(RequestId id, Case about) {
        if (!about.open && !about.named && about.asking == null && !about.settling) {
            cases.remove(id);
        }
    }

    /** What is remembered of one request while it is open, or was asked for lately. Guarded by the checker. */
    private static final class Case {
        private boolean open;
        private boolean named;
        private boolean cancelled;
        private boolean asked;
        private long askedAt;
        private CompletableFuture<Boolean> asking;
        /** Since it was last heard of: calls in vain, and denials that say nothing new. */
        private int failures;
        private int serviceDenials;
        /** Something may have been missed that no call has asked for yet. */
        private boolean owed;
        /** As {@link #owed}, until it is heard of. */
        private boolean missed;
        private long heardAt;
        private long version;
        private boolean denied;
        private long deniedAt;
        private Optional<Failure> guess = Optional.empty();
        private boolean waiting;
        private long notBefore;
        private boolean settling;
        private final Deque<Update> meanwhile = new ArrayDeque<>(0);

        private void waitFor(Duration pause, Tools tools) {
            waiting = true;
            notBefore = tools.time().nanos() + Math.min(pause.toNanos(), MAX_WAIT.toNanos());
        }

        private boolean waits(Tools tools) {
            waiting = waiting && tools.time().nanos() - notBefore < 0;
            return waiting;
        }

        private void heard(long now) {
            heardAt = now;
            version++;
            missed = false;
            known();
        }

        private void known() {
            named = false;
            denied = false;
            guess = Optional.empty();
            failures = 0;
            serviceDenials = 0;
        }

        private Duration pause(Duration first, Authority authority, Tools tools) {
            var times = failures + (authority == Authority.SERVICE ? serviceDenials : 0);
            if (times == 0) {
                return first;
            }
            var doubled = first.multipliedBy(1L << Math.min(times, MAX_DOUBLINGS));
            var longest = first.compareTo(MAX_WAIT) > 0 ? first : MAX_WAIT;
            var most = doubled.compareTo(longest) > 0 ? longest : doubled;
            return most.minus(Duration.ofNanos((long) (most.toNanos() / 4 * tools.random().nextDouble())));
        }

        /**
         * The backend does not know the request; what to tell of it, if that is more than a moment's denial. A backend
         * may deny what it has just taken, so a denial counts only if it has lasted, with nothing heard in between.
         */
        private Optional<Failure> denied(RequestId id, boolean evidence, Tools tools) {
            if (!denied) {
                denied = true;
                deniedAt = tools.time().nanos();
            }
            if (guess.isPresent() || !open && !cancelled) {
                failures++; // asked for more and more rarely
                return guess; // said again, since the log may have dropped it for others before everybody has read it
            }
            if (cancelled) {
                guess = Optional.of(Failure.guess(id, "cancelled"));
            } else if (tools.time().passed(tools.config().unknownAfter(), deniedAt) && evidence) {
                guess = Optional.of(Failure.guess(id, "the backend no longer knows this request"));
            }
            return guess;
        }

        /** Which says nothing: its user may know better. */
        private Optional<Failure> deniedToService() {
            serviceDenials++;
            return Optional.empty();
        }
    }
}

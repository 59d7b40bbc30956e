package imagegen.intake;

import imagegen.access.Caller;
import imagegen.backend.BackendConfig.Stream;
import imagegen.intake.StatusChecker.Asker;
import imagegen.intake.StatusChecker.Authority;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One user who is here, or was until lately: their visitors, their newest token, and what keeps their updates coming.
 * It lingers for a while after the last visitor has left, so that a page reload finds everything as it was.
 *
 * <p>With {@code per-user} it has one subscription to the backend, with {@code per-request} one for each request that
 * has not ended, and with {@code shared} none: one stream brings everybody's updates then, also of users who are not
 * here, and whoever has a request open stays present for its sake.
 */
final class Presence implements BackendSubscription.Owner {
    // Of very many requests the oldest have a stream of their own, and the others wait their turn.
    private static final int MAX_SUBSCRIPTIONS = 32;
    // What nobody waits for and nobody has heard of for that long is left for when its user comes back.
    private static final Duration ABANDONED = Duration.ofMinutes(5);
    // what an operator wants to hear of first
    private static final List<SubscriptionState> BY_WEIGHT = List.of(SubscriptionState.REFUSED,
            SubscriptionState.POLLING, SubscriptionState.CONNECTING, SubscriptionState.STREAMING);

    private final String user;
    private final Tools tools;
    private final Stream mode;
    private final Optional<SharedStream> shared;
    private final Credential credential;
    private final StatusChecker checker;
    private final Turn turn;
    private final Map<Optional<RequestId>, BackendSubscription> subscriptions = new ConcurrentHashMap<>(2);

    // written while this is held, read by any thread
    private volatile int visitors;
    private volatile boolean retired;

    // guarded by this
    private long leftAt;

    /** @param shared the one stream for all users, where that is how the backend streams */
    Presence(String user, Tools tools, Stream mode, Optional<SharedStream> shared) {
        this.user = user;
        this.tools = tools;
        this.mode = mode;
        this.shared = shared;
        this.credential = new Credential(tools.time());
        this.checker = new StatusChecker(user, tools, this::streaming, this::accepted, this::refused,
                foreign -> shared.ifPresent(it -> it.taken(foreign)));
        this.turn = new Turn(tools.leases().of("user:" + user));
        this.leftAt = tools.time().nanos();
    }

    /** Whether the visitor was taken in: who has retired takes nobody, and there must be another. */
    boolean arrived(Caller caller, Set<RequestId> ids) {
        synchronized (this) {
            if (retired) {
                return false;
            }
            visitors++;
        }
        credential.offer(new Token(caller.token(), caller.expiresAt()));
        checker.refresh();
        checker.named(ids);
        subscribe();
        ask();
        return true;
    }

    void renewed(Caller caller) {
        credential.offer(new Token(caller.token(), caller.expiresAt()));
    }

    synchronized void left() {
        visitors--;
        leftAt = tools.time().nanos();
    }

    /** Lets time pass; true once it has retired. */
    boolean tick() {
        synchronized (this) {
            if (!retired && visitors == 0 && tools.time().passed(tools.config().linger(), leftAt)
                    && (shared.isEmpty() || checker.idle(ABANDONED))) {
                retire();
            }
        }
        if (retired) {
            return true;
        }
        subscribe();
        subscriptions.values().forEach(BackendSubscription::tick);
        if (turn.tick(own(), one().map(BackendSubscription::takenThrough).orElse(""))) {
            checker.missed(Optional.empty());
        }
        // Nobody waits for the answers while nobody is here; one stream for all goes on and so does its log.
        if (visitors > 0 || shared.isPresent()) {
            checker.refresh();
            ask();
        }
        return false;
    }

    synchronized void retire() {
        retired = true;
        subscriptions.values().forEach(BackendSubscription::close);
        subscriptions.clear();
        turn.close();
    }

    /** The state that matters most of all subscriptions, whichever node has them. */
    SubscriptionState state() {
        if (shared.isPresent()) {
            return credential.refused() ? SubscriptionState.REFUSED : shared.get().state();
        }
        return turn.state(own());
    }

    private SubscriptionState own() {
        if (mode == Stream.PER_USER) {
            return one().map(BackendSubscription::state).orElse(SubscriptionState.IDLE);
        }
        return BY_WEIGHT.stream().filter(it -> subscriptions.values().stream().anyMatch(one -> one.state() == it))
                .findFirst().orElse(SubscriptionState.IDLE);
    }

    /** The one for all of the user's requests. */
    private Optional<BackendSubscription> one() {
        return Optional.ofNullable(subscriptions.get(Optional.<RequestId>empty()));
    }

    /** The backend has taken this request from this user, who gave it at that time ({@code Time.nanos}). */
    void begun(RequestId id, long since) {
        checker.begun(id, since);
    }

    /** This user's request has been cancelled with this token. */
    void cancelled(RequestId id, Token token) {
        checker.cancelled(id, new Asker(token, Authority.OWNER, tools.callers()));
    }

    /** Whether the backend could not tell more of the request than the log has. */
    boolean upToDate(RequestId id) {
        return checker.upToDate(id);
    }

    /** Whether a call for this request is under way, which {@link #look} would join. */
    boolean asking(RequestId id) {
        return checker.asking(id);
    }

    /** Asks for a request on a caller's behalf: whether the backend knows it. */
    CompletionStage<Boolean> look(RequestId id, Token token) {
        return checker.ask(id, new Asker(token, Authority.OWNER, tools.callers()));
    }

    /** An update of this user's that came over a stream. */
    void streamed(Update update) {
        checker.streamed(update);
    }

    @Override
    public Optional<Token> token() {
        return credential.good();
    }

    @Override
    public void accepted(Token token) {
        credential.accept(token);
        shared.ifPresent(it -> it.accepted(token));
    }

    @Override
    public void refused(Token token) {
        credential.refuse(token);
        shared.ifPresent(it -> it.refused(token));
    }

    @Override
    public void message(byte[] data) {
        tools.inbox().read(data).ifPresent(valid -> {
            if (valid.user().filter(owner -> !owner.equals(user)).isPresent()) {
                tools.inbox().skip("foreign-user", () -> "it names another user than the stream's");
            } else {
                checker.streamed(valid.update());
            }
        });
    }

    @Override
    public void missed(Optional<RequestId> only) {
        turn.broke();
        checker.missed(only);
        if (visitors > 0 || shared.isPresent()) {
            ask();
        }
    }

    private boolean streaming(RequestId id) {
        return switch (mode) {
            case PER_USER -> state() == SubscriptionState.STREAMING;
            case PER_REQUEST -> streams(Optional.of(id));
            case SHARED -> shared.isPresent() && shared.get().state() == SubscriptionState.STREAMING;
        };
    }

    /** How many streams this node has open for the user. */
    int streams() {
        return (int) subscriptions.values().stream().filter(it -> it.state() == SubscriptionState.STREAMING).count();
    }

    private boolean streams(Optional<RequestId> only) {
        var subscription = subscriptions.get(only);
        return subscription != null && subscription.state() == SubscriptionState.STREAMING;
    }

    /** Opens what is wanted, and closes what is not any more. */
    private synchronized void subscribe() {
        if (retired) {
            return;
        }
        turn.wanted(() -> (visitors > 0 || !subscriptions.isEmpty()) && credential.good().isPresent());
        var wanted = switch (mode) {
            case PER_USER -> turn.ours() ? List.of(Optional.<RequestId>empty()) : List.<Optional<RequestId>>of();
            case PER_REQUEST -> checker.open().stream().limit(MAX_SUBSCRIPTIONS).map(Optional::of).toList();
            case SHARED -> List.<Optional<RequestId>>of();
        };
        subscriptions.entrySet().removeIf(it -> {
            var over = !wanted.contains(it.getKey());
            if (over) {
                it.getValue().close();
            }
            return over;
        });
        for (var only : wanted) {
            if (visitors > 0 || subscriptions.containsKey(only)) {
                subscriptions.computeIfAbsent(only, key -> new BackendSubscription(tools, this, key))
                        .open(turn.place());
            }
        }
    }

    /** As the user where there is a token of theirs, else under the service token. */
    private void ask() {
        var own = credential.good().map(token -> new Asker(token, Authority.OWNER, tools.supervision()));
        own.or(() -> shared.flatMap(SharedStream::token)
                        .map(token -> new Asker(token, Authority.SERVICE, tools.supervision())))
                .ifPresent(checker::tick);
    }
}

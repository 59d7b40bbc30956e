package imagegen.intake;

import imagegen.access.Caller;
import imagegen.intake.LineState.Signal;
import imagegen.intake.Reconciler.Authority;
import imagegen.update.RequestId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * One stream under a service token for all users; each message names its owner. It is opened at the start and kept.
 *
 * <p>Updates of users who are not there go to their logs too, since a late subscriber must find them; how much of that
 * is kept is the logs' own affair. The path from a message to its log is one thread's and takes no lock that users share.
 */
final class SharedFeed implements Feeds, Line.Side {
    private static final int MAX_USER = 256;

    private final Means means;
    private final Supplier<Optional<String>> serviceToken;
    private final Credential service;
    private final Line line;
    private final ConcurrentMap<String, Watch> watches = new ConcurrentHashMap<>();

    private volatile boolean closed;

    // touched by the tick's thread only
    private OptionalLong refusedAt = OptionalLong.empty();

    /** @param serviceToken asked for anew whenever the present one is refused, so that it can be changed in place */
    SharedFeed(Means means, Supplier<Optional<String>> serviceToken) {
        this.means = means;
        this.serviceToken = serviceToken;
        this.service = new Credential(means.time());
        this.line = new Line(means, this, Optional.empty());
    }

    @Override
    public void start() {
        offerServiceToken();
        open();
    }

    // The embedded backend is nowhere yet, as long as nobody has called this server.
    private void open() {
        if (!closed && means.backend().located()) {
            line.signal(Signal.WANTED);
        }
    }

    @Override
    public void arrived(Caller caller, Set<String> requestIds) {
        var watch = watches.compute(caller.user(), (user, present) -> {
            var it = present == null ? new Watch(user) : present;
            it.visitors++;
            return it;
        });
        var token = new Token(caller.token(), caller.expiresAt());
        watch.credential.offer(token);
        watch.reconciler.named(Feeds.requestIds(requestIds), token);
    }

    @Override
    public void renewed(Caller caller) {
        var watch = watches.get(caller.user());
        if (watch != null) {
            watch.credential.offer(new Token(caller.token(), caller.expiresAt()));
        }
    }

    @Override
    public void left(Caller caller) {
        watches.computeIfPresent(caller.user(), (user, watch) -> {
            watch.visitors--;
            return watch;
        });
    }

    @Override
    public void tick() {
        switch (line.state()) {
            case IDLE -> open();
            case REFUSED -> tryAgainLater();
            case CONNECTING, STREAMING, POLLING -> {
                refusedAt = OptionalLong.empty();
                line.tick();
            }
        }
    }

    @Override
    public void cancelled(String user, RequestId id, Token token) {
        var watch = watches.get(user);
        if (watch != null) {
            watch.reconciler.cancelled(id, token);
        }
    }

    @Override
    public Map<LineState, Integer> states() {
        var counts = Feeds.none();
        counts.put(line.state(), 1);
        return counts;
    }

    /** How many users are being looked after. */
    int watched() {
        return watches.size();
    }

    @Override
    public void close() {
        closed = true;
        line.signal(Signal.UNWANTED);
    }

    @Override
    public Optional<Token> token() {
        return service.good();
    }

    @Override
    public void refused(Token token) {
        service.refuse(token);
    }

    @Override
    public void message(byte[] data) {
        var valid = means.inbox().read(data);
        if (valid.isEmpty()) {
            return;
        }
        var user = valid.get().user().orElse("");
        if (user.isBlank() || user.length() > MAX_USER) {
            means.inbox().skip("no-owner", () -> "it does not say whose it is");
            return;
        }
        var update = valid.get().update();
        means.inbox().streamed(user, update);
        var watch = watches.get(user);
        if (watch == null && !update.terminal()) {
            watches.computeIfAbsent(user, Watch::new);
        } else if (watch != null && update.terminal()) {
            watch.reconciler.ended(update.requestId());
        }
    }

    @Override
    public void unreadable(String kind) {
        means.inbox().skip(kind, () -> "the stream could not be read there");
    }

    @Override
    public void reconcile() {
        watches.values().forEach(watch -> watch.asking(watch.reconciler::unfinished));
    }

    @Override
    public void poll() {
        reconcile();
        forgetTheIdle();
    }

    @Override
    public void listen() {
        watches.values().forEach(watch -> watch.asking(watch.reconciler::silent));
        forgetTheIdle();
    }

    // Within the map's own lock for that user, so no arrival is lost. The stream's thread takes no lock: it appends and
    // looks for the watch then, so whoever has removed one looks at the log once more.
    private void forgetTheIdle() {
        for (var user : watches.keySet()) {
            if (watches.computeIfPresent(user, (name, watch) -> watch.idle() ? null : watch) == null
                    && !means.unfinished(user).isEmpty()) {
                watches.computeIfAbsent(user, Watch::new);
            }
        }
    }

    private void tryAgainLater() {
        var now = means.time().nanos();
        if (refusedAt.isEmpty()) {
            refusedAt = OptionalLong.of(now);
        } else if (means.time().passed(means.config().reopenAfter(), refusedAt.getAsLong())) {
            refusedAt = OptionalLong.of(now);
            service.forget();
            if (offerServiceToken()) {
                line.signal(Signal.RENEWED);
            }
        }
    }

    private boolean offerServiceToken() {
        return serviceToken.get().map(it -> service.offer(new Token(it, Instant.MAX))).orElse(false);
    }

    private interface Question {
        void ask(Token token, Authority authority);
    }

    /** One user who is there, or whose request has not ended. */
    private final class Watch {
        private final String user;
        private final Reconciler reconciler;
        private final Credential credential = new Credential(means.time());

        // touched only inside the map's compute for this user
        private int visitors;

        private Watch(String user) {
            this.user = user;
            this.reconciler = new Reconciler(user, means, credential::refuse);
        }

        /** As the user where there is a token of theirs, else under the service token. */
        private void asking(Question question) {
            var own = credential.good();
            if (own.isPresent()) {
                question.ask(own.get(), Authority.OWNER);
            } else {
                service.good().ifPresent(token -> question.ask(token, Authority.SERVICE));
            }
        }

        private boolean idle() {
            return visitors == 0 && means.unfinished(user).isEmpty();
        }
    }
}

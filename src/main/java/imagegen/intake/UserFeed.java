package imagegen.intake;

import imagegen.access.Caller;
import imagegen.intake.Reconciler.Authority;
import imagegen.update.RequestId;
import java.util.Optional;
import java.util.Set;

/**
 * One user's feed: their visitors open it, their newest token feeds it, and it ends a while after the last of them has
 * left. What comes in goes to their log.
 *
 * <pre>
 *             first visitor            stream open            last visitor left          image-gen.intake.linger
 *     idle ───────────────▶ connecting ──────────▶ streaming ──────────────────▶ lingering ───────────────▶ idle
 *                                │ no stream        │   ▲                           │
 *                                ▼                  ▼   │                           │ a visitor comes back: on
 *                             polling ◀────────────────▶                            ▼ with whatever state it has
 * </pre>
 *
 * <p>The states in between are {@link LineState}'s, which see also for refused tokens; lingering is any of them with
 * nobody there, and then nothing is polled.
 */
final class UserFeed implements Line.Side {
    private final String user;
    private final Feeds.Means means;
    private final Credential credential;
    private final Reconciler reconciler;
    private final Lines lines;

    // guarded by this
    private int visitors;
    private long leftAt;
    private boolean retired;

    // written while this is held, read by any thread
    private volatile boolean attended;

    UserFeed(String user, Feeds.Means means) {
        this.user = user;
        this.means = means;
        this.credential = new Credential(means.time());
        this.reconciler = new Reconciler(user, means, this::refused);
        this.lines = means.perRequest()
                ? new Lines.PerRequest(reconciler::open, id -> new Line(means, new OneRequest(id), Optional.of(id)))
                : new Lines.One(new Line(means, this, Optional.empty()));
    }

    /** Whether the visitor was taken in: a feed that has retired takes nobody, and there must be another. */
    synchronized boolean arrived(Caller caller, Set<RequestId> ids) {
        if (retired) {
            return false;
        }
        visitors++;
        attended = true;
        var renewed = credential.offer(new Token(caller.token(), caller.expiresAt()));
        lines.wanted();
        if (renewed) {
            lines.renewed();
        }
        credential.good().ifPresent(token -> reconciler.named(ids, token));
        return true;
    }

    synchronized void renewed(Caller caller) {
        if (!retired && credential.offer(new Token(caller.token(), caller.expiresAt()))) {
            lines.renewed();
        }
    }

    synchronized void left() {
        visitors--;
        if (visitors == 0) {
            attended = false;
            leftAt = means.time().nanos();
        }
    }

    /** Lets time pass; true once the feed has retired. */
    synchronized boolean tick() {
        if (!retired && visitors == 0 && means.time().passed(means.config().linger(), leftAt)) {
            retire();
        }
        if (!retired) {
            lines.tick();
        }
        return retired;
    }

    synchronized void retire() {
        retired = true;
        lines.unwanted();
    }

    void cancelled(RequestId id, Token token) {
        reconciler.cancelled(id, token);
    }

    LineState state() {
        return lines.state();
    }

    @Override
    public Optional<Token> token() {
        return credential.good();
    }

    /** Also told by the reconciler, on a thread of its own. */
    @Override
    public void refused(Token token) {
        credential.refuse(token);
    }

    @Override
    public void message(byte[] data) {
        means.inbox().read(data).ifPresent(valid -> {
            if (valid.user().filter(owner -> !owner.equals(user)).isPresent()) {
                means.inbox().skip("foreign-user", () -> "it names another user than the stream's");
            } else {
                means.inbox().streamed(user, valid.update());
                if (valid.update().terminal()) {
                    reconciler.ended(valid.update().requestId());
                }
            }
        });
    }

    @Override
    public void unreadable(String kind) {
        means.inbox().skip(kind, () -> "the stream could not be read there");
    }

    @Override
    public void reconcile() {
        credential.good().ifPresent(token -> reconciler.unfinished(token, Authority.OWNER));
    }

    @Override
    public void poll() {
        if (attended) {
            reconcile();
        }
    }

    @Override
    public void listen() {
        if (attended) {
            credential.good().ifPresent(token -> reconciler.silent(token, Authority.OWNER));
        }
    }

    /** The user's side of a line that is about one request. */
    private final class OneRequest implements Line.Side {
        private final RequestId id;

        private OneRequest(RequestId id) {
            this.id = id;
        }

        @Override
        public Optional<Token> token() {
            return UserFeed.this.token();
        }

        @Override
        public void refused(Token token) {
            UserFeed.this.refused(token);
        }

        @Override
        public void message(byte[] data) {
            UserFeed.this.message(data);
        }

        @Override
        public void unreadable(String kind) {
            UserFeed.this.unreadable(kind);
        }

        @Override
        public void reconcile() {
            credential.good().ifPresent(token -> reconciler.ask(id, token, Authority.OWNER));
        }

        @Override
        public void poll() {
            if (attended) {
                reconcile();
            }
        }

        @Override
        public void listen() {
            UserFeed.this.listen();
        }
    }
}

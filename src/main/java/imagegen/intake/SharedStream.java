package imagegen.intake;

import imagegen.update.Decoded;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * One stream under a service token for all users; each message names its owner. One node has it, opens it at the start
 * and keeps it.
 * The path from a message to its log is one thread's and takes no lock that users share.
 */
final class SharedStream implements BackendSubscription.Owner {
    private static final int MAX_USER = 256;

    private final Tools tools;
    private final Supplier<Optional<String>> configured;
    private final BiConsumer<String, Update> streamed;
    private final Runnable missed;
    private final Credential service;
    private final BackendSubscription subscription;
    private final Turn turn;
    private volatile boolean closed;

    /**
     * @param turn       whether the stream is this node's
     * @param configured the service token; asked anew whenever the present one is refused, so that it can be changed in
     *                   place
     * @param streamed   takes a user's update
     * @param missed     called whenever updates may have been missed
     */
    SharedStream(Tools tools, Turn turn, Supplier<Optional<String>> configured, BiConsumer<String, Update> streamed,
            Runnable missed) {
        this.tools = tools;
        this.turn = turn;
        this.configured = configured;
        this.streamed = streamed;
        this.missed = missed;
        this.service = new Credential(tools.time());
        this.subscription = new BackendSubscription(tools, this, Optional.empty());
    }

    void tick() {
        // The embedded backend is nowhere yet, as long as nobody has called this server.
        turn.wanted(() -> !closed && tools.backend().located());
        if (closed || !turn.ours()) {
            subscription.close();
        } else if (tools.backend().located()) {
            subscription.open(turn.place());
        }
        subscription.tick();
        if (turn.tick(subscription.state(), subscription.takenThrough())) {
            missed.run();
        }
    }

    /** How the stream stands, whichever node has it. */
    SubscriptionState state() {
        return turn.state(subscription.state());
    }

    /** How many streams this node has open for it. */
    int open() {
        return subscription.state() == SubscriptionState.STREAMING ? 1 : 0;
    }

    void close() {
        closed = true;
        turn.close();
        subscription.close();
    }

    @Override
    public Optional<Token> token() {
        var good = service.good();
        if (good.isPresent()) {
            return good;
        }
        try {
            configured.get().ifPresent(it -> service.offer(new Token(it, Instant.MAX)));
        } catch (RuntimeException e) {
            tools.inbox().failed(e); // a source of the configuration; it is asked again
        }
        return service.good();
    }

    @Override
    public void accepted(Token token) {
        service.accept(token);
    }

    @Override
    public void refused(Token token) {
        service.refuse(token);
    }

    @Override
    public void message(byte[] data) {
        tools.inbox().read(data).ifPresent(this::taken);
    }

    /** What the backend tells under the service token goes to whom it names. */
    void taken(Decoded.Valid valid) {
        var user = valid.user().orElse("");
        if (user.isBlank() || user.length() > MAX_USER) {
            tools.inbox().skip("no-owner", () -> "it does not say whose it is");
        } else {
            streamed.accept(user, valid.update());
        }
    }

    @Override
    public void missed(Optional<RequestId> only) {
        turn.broke();
        missed.run();
    }
}

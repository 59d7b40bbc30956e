package imagegen.intake;

import imagegen.update.Decoded;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * One stream under a service token for all users; each message names its owner. It is opened at the start and kept.
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
    private volatile boolean closed;

    /**
     * @param configured the service token; asked anew whenever the present one is refused, so that it can be changed in
     *                   place
     * @param streamed   takes a user's update
     * @param missed     called whenever updates may have been missed
     */
    SharedStream(Tools tools, Supplier<Optional<String>> configured, BiConsumer<String, Update> streamed,
            Runnable missed) {
        this.tools = tools;
        this.configured = configured;
        this.streamed = streamed;
        this.missed = missed;
        this.service = new Credential(tools.time());
        this.subscription = new BackendSubscription(tools, this, Optional.empty());
    }

    void tick() {
        // The embedded backend is nowhere yet, as long as nobody has called this server.
        if (!closed && tools.backend().located()) {
            subscription.open();
        }
        subscription.tick();
    }

    SubscriptionState state() {
        return subscription.state();
    }

    void close() {
        closed = true;
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
        missed.run();
    }
}

package imagegen.backend;

import imagegen.update.Decoded;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.microprofile.rest.client.RestClientBuilder;

/** The image backend over HTTP: calls through a MicroProfile Rest Client, streams through an SSE event source. */
final class HttpBackend implements Backend {
    // Together no more than the executor has threads for; see BackendProducer.
    static final int CALLERS_AT_ONCE = 16;
    static final int SUPERVISION_AT_ONCE = 4;
    private static final int CALLERS_WAITING = 512;
    private static final int SUPERVISION_WAITING = 20_000;

    private final BackendConfig config;
    private final Supplier<Optional<URI>> address;
    private final BackendEvents events;
    private final Reach reach;
    private final Calls calls;
    private final Lane callers;
    private final Lane supervision;

    private final AtomicBoolean probing = new AtomicBoolean();

    // guarded by this
    private RequestsClient client;

    /**
     * @param address where the backend is, as soon as that is known
     * @param executor runs the calls, each blocking one of its threads
     */
    HttpBackend(BackendConfig config, Supplier<Optional<URI>> address, Executor executor, BackendEvents events,
            Reach reach) {
        this.config = config;
        this.address = address;
        this.events = events;
        this.reach = reach;
        this.calls = new Calls(this::client, new UpdateCodec(config.userField()), reach);
        this.callers = new Lane(executor, CALLERS_AT_ONCE, CALLERS_WAITING);
        this.supervision = new Lane(executor, SUPERVISION_AT_ONCE, SUPERVISION_WAITING);
    }

    @Override
    public CompletionStage<RequestId> submit(String token, Submission submission, Optional<String> idempotencyKey) {
        // Always with a key: java.net's client repeats a POST by itself when a kept connection turns out to be dead.
        var key = idempotencyKey.orElseGet(() -> UUID.randomUUID().toString());
        return callers.run(() -> calls.submit(token, submission, key));
    }

    @Override
    public CompletionStage<Optional<Decoded>> status(String token, RequestId id, Urgency urgency) {
        var lane = switch (urgency) {
            case CALLER -> callers;
            case SUPERVISION -> supervision;
        };
        return lane.run(() -> calls.status(token, id));
    }

    @Override
    public CompletionStage<Boolean> cancel(String token, RequestId id) {
        return callers.run(() -> calls.cancel(token, id));
    }

    @Override
    public EventStream open(Supplier<Optional<String>> token, Optional<RequestId> only, EventStream.Listener listener) {
        // Every character of a request id may stand in a query as it is.
        var query = only.map(id -> '?' + config.requestIdParameter() + '=' + id.value()).orElse("");
        return events.open(located(config.eventsPath() + query), token, listener);
    }

    @Override
    public boolean located() {
        return address.get().isPresent();
    }

    // Without a token: whether that pleases the backend does not matter, only that somebody is there.
    @Override
    public void probe() {
        if (config.probeInterval().isZero() || !located() || !reach.olderThan(config.probeInterval())
                || !probing.compareAndSet(false, true)) {
            return;
        }
        var question = HttpRequest.newBuilder(located(config.requestsPath())).timeout(config.readTimeout())
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()).build();
        events.client().sendAsync(question, HttpResponse.BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            probing.set(false);
            if (failure != null) {
                reach.failed("it can't be reached");
            } else if (answer.statusCode() >= 502) {
                reach.failed("it answered " + answer.statusCode());
            } else {
                reach.answered();
            }
        });
    }

    @Override
    public Reach reach() {
        return reach;
    }

    @Override
    public void close() {
        RequestsClient closing;
        synchronized (this) {
            closing = client;
            client = null;
        }
        events.close();
        if (closing instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("the Rest Client could not be closed", e);
            }
        }
    }

    private URI located(String path) {
        return address.get().map(base -> URI.create(base + path)).orElseThrow(() -> new BackendException.Unavailable(
                "nobody has called this server yet, so it does not know its own address", Optional.empty(), null));
    }

    private synchronized RequestsClient client() {
        if (client == null) {
            var base = located(config.requestsPath());
            client = RestClientBuilder.newBuilder()
                    .baseUri(base)
                    .connectTimeout(config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    .readTimeout(config.readTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    // Statuses are understood in one place, Calls, and not in a mapper.
                    .property("microprofile.rest.client.disable.default.mapper", true)
                    .build(RequestsClient.class);
        }
        return client;
    }
}

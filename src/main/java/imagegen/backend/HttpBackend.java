package imagegen.backend;

import imagegen.update.Decoded;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.rest.client.RestClientBuilder;

/**
 * The image backend over HTTP: its requests through a MicroProfile Rest Client, each call on a virtual thread of its
 * own, and its event streams through JAX-RS event sources.
 */
final class HttpBackend implements Backend {
    private final BackendConfig config;
    private final Supplier<Optional<URI>> address;
    private final HttpClient http;
    private final Executor calls;
    private final HttpStreams streams;
    private final Reach reach;
    private final Answers answers;
    private final AtomicBoolean probing = new AtomicBoolean();

    // guarded by this; made when it is first known where the backend is
    private RequestsClient requests;

    /**
     * @param address where the backend is, as soon as that is known; it stays there
     * @param readers runs what the HTTP client has to do
     * @param calls   gives each call a virtual thread, on which also runs whatever is chained to the call's stage
     */
    HttpBackend(BackendConfig config, Supplier<Optional<URI>> address, Executor readers, Executor calls,
            HttpStreams streams, Reach reach) {
        this.config = config;
        this.address = address;
        this.http = client(config, readers);
        this.calls = calls;
        this.streams = streams;
        this.reach = reach;
        this.answers = new Answers(new UpdateCodec(config.userField()));
    }

    static HttpClient client(BackendConfig config, Executor executor) {
        return HttpClient.newBuilder()
                .executor(executor)
                .connectTimeout(config.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(config.http2() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .build();
    }

    @Override
    public CompletionStage<RequestId> submit(String token, Submission submission, Optional<String> idempotencyKey) {
        // Always with a key, under which the call may be repeated where a kept connection turns out to be dead.
        var key = idempotencyKey.orElseGet(() -> UUID.randomUUID().toString());
        return call(it -> it.submit(bearer(token), key, submission.json()), answers::submitted);
    }

    @Override
    public CompletionStage<Optional<Decoded>> status(String token, RequestId id) {
        return call(it -> it.status(bearer(token), id.value()), answers::status);
    }

    @Override
    public CompletionStage<Boolean> cancel(String token, RequestId id) {
        return call(it -> it.cancel(bearer(token), id.value()), answers::cancelled);
    }

    @Override
    public EventStream open(Supplier<Optional<String>> token, Optional<RequestId> only, String lastEventId,
            EventStream.Listener listener) {
        var query = only.map(id -> '?' + config.requestIdParameter() + '=' + encoded(id)).orElse("");
        return streams.open(located(config.eventsPath() + query), token, lastEventId, listener);
    }

    @Override
    public boolean located() {
        return address.get().isPresent();
    }

    @Override
    public void probe() {
        if (!config.probeInterval().isZero() && located() && reach.olderThan(config.probeInterval())
                && probing.compareAndSet(false, true)) {
            call(RequestsClient::probe, Response::getStatus).whenComplete((status, failure) -> probing.set(false));
        }
    }

    @Override
    public Reach reach() {
        return reach;
    }

    @Override
    public void close() {
        streams.close();
        http.shutdownNow();
        synchronized (this) {
            if (requests != null) {
                requests.close();
            }
        }
    }

    private <T> CompletionStage<T> call(Function<RequestsClient, Response> ask, Function<Response, T> understand) {
        return CompletableFuture.supplyAsync(() -> {
            try (var answer = ask.apply(requests())) {
                return understand.apply(answer);
            } catch (RuntimeException e) {
                throw unwrapped(e);
            }
        }, calls);
    }

    /** What kept a call from being answered, out of whatever the Rest Client has wrapped it in. */
    private static RuntimeException unwrapped(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BackendException ours) {
                return ours;
            }
        }
        return failure;
    }

    private synchronized RequestsClient requests() {
        if (requests == null) {
            requests = RestClientBuilder.newBuilder()
                    .baseUri(located(config.requestsPath()))
                    // What a status means is said in one place, Answers, and not by an exception mapper.
                    .property("microprofile.rest.client.disable.default.mapper", true)
                    .register(new HttpCarrier(http, config.connectTimeout().plus(config.readTimeout()), reach),
                            Integer.MAX_VALUE)
                    .build(RequestsClient.class);
        }
        return requests;
    }

    private static String bearer(String token) {
        return "Bearer " + token;
    }

    // Of what a request id may hold only the colon is not safe everywhere; a form's blanks can't occur.
    private static String encoded(RequestId id) {
        return URLEncoder.encode(id.value(), StandardCharsets.UTF_8);
    }

    private URI located(String path) {
        return address.get().map(base -> URI.create(base + path)).orElseThrow(() -> new BackendException.Unavailable(
                "nobody has called this server yet, so it does not know its own address", Optional.empty(), null));
    }
}

package imagegen.backend;

import imagegen.update.Decoded;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The image backend over HTTP. A call takes no thread while it waits, which a Rest Client's would: behind the one of
 * Payara is a connector that reads the answer on the thread that asks, also where the interface returns a stage.
 */
final class HttpBackend implements Backend {
    private static final int MAX_ANSWER = 1 << 20;

    private final BackendConfig config;
    private final Supplier<Optional<URI>> address;
    private final HttpClient client;
    private final Executor executor;
    private final HttpStreams streams;
    private final Reach reach;
    private final Answers answers;
    private final Duration deadline;
    private final AtomicBoolean probing = new AtomicBoolean();

    /**
     * @param address  where the backend is, as soon as that is known
     * @param executor runs what the calls have to do, and whatever is chained to their stages
     */
    HttpBackend(BackendConfig config, Supplier<Optional<URI>> address, Executor executor, HttpStreams streams,
            Reach reach) {
        this.config = config;
        this.address = address;
        this.client = client(config, executor);
        this.executor = executor;
        this.streams = streams;
        this.reach = reach;
        this.answers = new Answers(new UpdateCodec(config.userField()));
        this.deadline = config.connectTimeout().plus(config.readTimeout());
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
        return call("", token, request -> request
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(submission.json())), answers::submitted);
    }

    @Override
    public CompletionStage<Optional<Decoded>> status(String token, RequestId id) {
        return call(segment(id), token, HttpRequest.Builder::GET, answers::status);
    }

    @Override
    public CompletionStage<Boolean> cancel(String token, RequestId id) {
        return call(segment(id), token, HttpRequest.Builder::DELETE, answers::cancelled);
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

    // Without a token: whether that pleases the backend does not matter, only that somebody is there.
    @Override
    public void probe() {
        if (config.probeInterval().isZero() || !located() || !reach.olderThan(config.probeInterval())
                || !probing.compareAndSet(false, true)) {
            return;
        }
        exchange(HttpRequest.newBuilder(located(config.requestsPath())).method("OPTIONS", BodyPublishers.noBody()).build())
                .whenComplete((answer, failure) -> {
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
        streams.close();
        client.shutdownNow();
    }

    private <T> CompletionStage<T> call(String path, String token, Function<HttpRequest.Builder, HttpRequest.Builder> how,
            Function<HttpResponse<byte[]>, T> understand) {
        HttpRequest request;
        try {
            request = how.apply(HttpRequest.newBuilder(located(config.requestsPath() + path))
                    .header("Accept", "application/json")
                    .header("Authorization", "Bearer " + token)).build();
        } catch (BackendException e) {
            return CompletableFuture.failedStage(e);
        }
        return exchange(request).exceptionallyCompose(failure -> broken(failure)
                ? exchange(request) : CompletableFuture.failedFuture(failure)).handleAsync((answer, failure) -> {
                    if (failure != null) {
                        throw failure(failure);
                    }
                    if (answer.statusCode() >= 500) {
                        reach.failed("it answered " + answer.statusCode());
                    } else {
                        reach.answered();
                    }
                    return understand.apply(answer);
                }, executor);
    }

    /** One exchange, which ends within the deadline, body and all. */
    private CompletableFuture<HttpResponse<byte[]>> exchange(HttpRequest request) {
        var exchange = client.sendAsync(request, head -> new BoundedBody(MAX_ANSWER));
        var answer = new CompletableFuture<HttpResponse<byte[]>>();
        exchange.whenComplete((response, failure) -> {
            if (failure == null) {
                answer.complete(response);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS).whenComplete((response, failure) -> {
            if (failure != null) {
                exchange.cancel(true);
            }
        });
    }

    // A kept connection may be found dead when it is used: every call may be repeated, a submit under its key.
    private static boolean broken(Throwable failure) {
        var cause = cause(failure);
        return cause instanceof IOException && !(cause instanceof ConnectException)
                && !(cause instanceof HttpTimeoutException) && !(cause instanceof BoundedBody.TooLong);
    }

    private BackendException failure(Throwable failure) {
        var cause = cause(failure);
        if (cause instanceof BoundedBody.TooLong) {
            reach.answered();
            return new BackendException.Refused(200, Optional.of("an answer of over a megabyte"));
        }
        if (cause instanceof TimeoutException
                || cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException)) {
            reach.failed("it did not answer in time");
            return new BackendException.Timeout("the image backend did not answer in time", cause);
        }
        reach.failed("it can't be reached");
        return new BackendException.Unavailable("the image backend can't be reached", Optional.empty(), cause);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static String segment(RequestId id) {
        return '/' + encoded(id);
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

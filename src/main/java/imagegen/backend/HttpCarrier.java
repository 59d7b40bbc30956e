package imagegen.backend;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Carries the calls of a Rest Client over {@code java.net.http}, in the place of whatever the server's client would use:
 * the same on every server, and with bounds on all that a backend may do. A call ends within the deadline, body and
 * all; an answer has up to {@value #MAX_ANSWER} bytes; no redirect is followed and no cookie kept.
 *
 * <p>Blocks the thread of the call, and no other. What goes wrong is thrown as a {@link BackendException}, which the
 * Rest Client may wrap.
 */
final class HttpCarrier implements ClientRequestFilter {
    static final int MAX_ANSWER = 1 << 20;
    // The client's own, which it lets nobody set.
    private static final Set<String> RESERVED = Set.of("connection", "content-length", "expect", "host", "upgrade");

    private final HttpClient client;
    private final Duration deadline;
    private final Reach reach;

    /**
     * @param client closed by whoever made it, which ends the calls under way
     * @param reach  told what each call says of the backend's health
     */
    HttpCarrier(HttpClient client, Duration deadline, Reach reach) {
        this.client = client;
        this.deadline = deadline;
        this.reach = reach;
    }

    @Override
    public void filter(ClientRequestContext call) {
        var request = request(call);
        HttpResponse<byte[]> answer;
        try {
            answer = exchange(request).exceptionallyCompose(failure -> broken(failure)
                    ? exchange(request) : CompletableFuture.failedFuture(failure)).join();
        } catch (CompletionException e) {
            throw failure(e.getCause());
        }
        var status = status(answer);
        // A backend that can't be probed may serve all the same.
        if (status >= (call.getMethod().equals(HttpMethod.OPTIONS) ? 502 : 500)) {
            reach.failed("it answered " + status);
        } else {
            reach.answered();
        }
        // Of the head only what has a meaning here: no odd header of a backend's is left to the server's client.
        var response = Response.status(status).entity(answer.body()).type(MediaType.APPLICATION_OCTET_STREAM);
        answer.headers().firstValue(HttpHeaders.RETRY_AFTER).ifPresent(it -> response.header(HttpHeaders.RETRY_AFTER, it));
        call.abortWith(response.build());
    }

    private static HttpRequest request(ClientRequestContext call) {
        var request = HttpRequest.newBuilder(call.getUri()).method(call.getMethod(), body(call.getEntity()));
        call.getStringHeaders().forEach((name, values) -> {
            if (!RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private static BodyPublisher body(Object entity) {
        return entity == null ? BodyPublishers.noBody() : BodyPublishers.ofString((String) entity);
    }

    /** One exchange, which ends within the deadline, body and all. */
    private CompletableFuture<HttpResponse<byte[]>> exchange(HttpRequest request) {
        var exchange = client.sendAsync(request, head -> new BoundedBody(MAX_ANSWER));
        // A copy, so that the time-out leaves the exchange to be cancelled
        return exchange.copy().orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS).whenComplete((response, failure) -> {
            if (failure != null) {
                exchange.cancel(true);
            }
        });
    }

    // [RFC 9110, 15] what is outside of 100 to 599 is treated as a 5xx
    private static int status(HttpResponse<byte[]> answer) {
        return answer.statusCode() <= 599 ? answer.statusCode() : 500;
    }

    // A kept connection may be found dead when it is used: every call may be repeated, a submit under its key.
    private static boolean broken(Throwable failure) {
        var cause = cause(failure);
        return cause instanceof IOException && !(cause instanceof ConnectException)
                && !(cause instanceof HttpTimeoutException) && !(cause instanceof BoundedBody.TooLong);
    }

    private BackendException failure(Throwable failure) {
        return switch (cause(failure)) {
            case BoundedBody.TooLong it -> {
                reach.answered();
                yield new BackendException.Refused(200, Optional.of("an answer of over a megabyte"));
            }
            case HttpConnectTimeoutException it -> unreachable(it);
            case HttpTimeoutException it -> late(it);
            case TimeoutException it -> late(it);
            case Throwable it -> unreachable(it);
        };
    }

    private BackendException late(Throwable cause) {
        reach.failed("it did not answer in time");
        return new BackendException.Timeout("the image backend did not answer in time", cause);
    }

    private BackendException unreachable(Throwable cause) {
        reach.failed("it can't be reached");
        return new BackendException.Unavailable("the image backend can't be reached", Optional.empty(), cause);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}

package imagegen.sse;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * One request and, if all goes well, the stream that answers it. It says once what came of it, and nothing after
 * {@link #cancel()}. At most one chunk of the body is under way, so that a slow consumer slows the socket.
 */
final class Attempt implements HttpResponse.BodyHandler<Void>, BodySubscriber<Void>, Watchdog.Watched {

    /** The source; it may be called from any thread and must not block. */
    interface Owner {

        /** The server has answered with an event stream. */
        void accepted(Attempt attempt);

        void redirected(Attempt attempt, URI to);

        /** To be handed back to {@link Attempt#consumed()} when it has been worked through. */
        void chunk(Attempt attempt, List<ByteBuffer> buffers);

        /** The stream is at its end; whether in the middle of an event is for the reader to know. */
        void ended(Attempt attempt);

        void disrupted(Attempt attempt, Disruption disruption);
    }

    private final Owner owner;
    private final HttpEventSources shared;
    private final URI uri;
    private final int hop;
    private final Duration openTimeout;
    private final Duration silence;
    private final long begunNanos;

    // Any thread.
    private volatile CompletableFuture<?> exchange;
    private volatile Flow.Subscription subscription;
    private volatile boolean cancelled;
    private volatile boolean reported;
    private volatile boolean answered;
    private volatile boolean waitingForBytes;
    private volatile long waitingSinceNanos;

    // The source's mailbox.
    private long openedNanos;

    Attempt(Owner owner, HttpEventSources shared, URI uri, int hop, Duration openTimeout, Duration silence,
            long begunNanos) {
        this.owner = owner;
        this.shared = shared;
        this.uri = uri;
        this.hop = hop;
        this.openTimeout = openTimeout;
        this.silence = silence;
        this.begunNanos = begunNanos;
    }

    URI uri() {
        return uri;
    }

    int hop() {
        return hop;
    }

    long begunNanos() {
        return begunNanos;
    }

    void send(HttpRequest request) {
        shared.watchdog().watch(this);
        var client = shared.clients().get();
        exchange = client.sendAsync(request, this);
        exchange.whenComplete((response, failure) -> {
            if (failure != null) {
                shared.clients().failed(client, failure);
                report(new Disruption.Unreachable(unwrapped(failure)));
            }
        });
        if (cancelled) {
            cancel();
        }
    }

    /** Frees the socket at once. From any thread, more than once if need be. */
    void cancel() {
        cancelled = true;
        shared.watchdog().forget(this);
        var stream = subscription;
        if (stream != null) {
            stream.cancel();
        }
        var request = exchange;
        if (request != null) {
            request.cancel(true);
        }
    }

    boolean cancelled() {
        return cancelled;
    }

    void opened(long nowNanos) {
        openedNanos = nowNanos | 1;
    }

    Duration openFor(long nowNanos) {
        return openedNanos == 0 ? Duration.ZERO : Duration.ofNanos(nowNanos - openedNanos);
    }

    /** The chunk has been worked through; the next one may come. */
    void consumed() {
        awaitBytes();
        subscription.request(1);
    }

    @Override
    public void check(long nowNanos) {
        if (!answered && nowNanos - begunNanos >= openTimeout.toNanos()) {
            report(new Disruption.OpenTimeout(openTimeout));
        } else if (waitingForBytes && nowNanos - waitingSinceNanos >= silence.toNanos()) {
            report(new Disruption.Silence(silence));
        }
    }

    @Override
    public BodySubscriber<Void> apply(ResponseInfo info) {
        answered = true;
        if (info.statusCode() == 200) {
            var type = info.headers().firstValue("Content-Type").orElse("");
            var encoding = String.join(", ", info.headers().allValues("Content-Encoding")).strip();
            if (!isEventStream(type)) {
                report(new Disruption.WrongContentType(type));
            } else if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
                report(new Disruption.Encoded(encoding));
            } else {
                if (!cancelled) {
                    owner.accepted(this);
                }
                return this;
            }
            return new Unread();
        }
        switch (info.statusCode()) {
            case 204 -> report(new Disruption.NoContent());
            case 301, 302, 303, 307, 308 -> redirected(info);
            default -> report(new Disruption.Status(info.statusCode(), retryAfter(info.headers(), Instant.now())));
        }
        return new Unread();
    }

    private void redirected(ResponseInfo info) {
        URI to;
        try {
            to = Reference.resolve(uri, info.headers().firstValue("Location").orElseThrow(
                    () -> new IllegalArgumentException("no Location")));
        } catch (IllegalArgumentException e) {
            report(new Disruption.BadRedirect(e.getMessage()));
            return;
        }
        var scheme = to.getScheme() == null ? "" : to.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (!secure && (!scheme.equals("http") || uri.getScheme().equalsIgnoreCase("https"))) {
            report(new Disruption.BadRedirect("from " + uri.getScheme() + " to " + scheme));
        } else if (to.getHost() == null) {
            report(new Disruption.BadRedirect("to no host"));
        } else if (!reported && !cancelled) {
            reported = true;
            owner.redirected(this, to);
        }
    }

    /** Seconds or an HTTP date (RFC 9110, 10.2.3); a date that has passed is a delay of zero. */
    static Optional<Duration> retryAfter(HttpHeaders headers, Instant now) {
        return headers.firstValue("Retry-After").map(String::strip).flatMap(value -> {
            try {
                if (value.matches("[0-9]{1,9}")) {
                    return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
                }
                var until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
                return Optional.of(until.isBefore(now) ? Duration.ZERO : Duration.between(now, until));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }

    // [spec] HTML 9.2.3: the type's essence counts; parameters, charset among them, do not.
    static boolean isEventStream(String contentType) {
        int parameters = contentType.indexOf(';');
        var essence = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return essence.strip().equalsIgnoreCase("text/event-stream");
    }

    @Override
    public CompletionStage<Void> getBody() {
        // The exchange is over, as far as its future goes, when the headers are here; the stream is watched otherwise.
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onSubscribe(Flow.Subscription stream) {
        subscription = stream;
        if (cancelled) {
            stream.cancel();
            return;
        }
        awaitBytes();
        stream.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        waitingForBytes = false;
        if (!cancelled) {
            owner.chunk(this, buffers);
        }
    }

    @Override
    public void onError(Throwable failure) {
        waitingForBytes = false;
        report(new Disruption.Broken(unwrapped(failure)));
    }

    @Override
    public void onComplete() {
        waitingForBytes = false;
        if (!reported && !cancelled) {
            reported = true;
            owner.ended(this);
        }
    }

    private void awaitBytes() {
        waitingSinceNanos = shared.timer().nanos();
        waitingForBytes = true;
    }

    private void report(Disruption disruption) {
        // Two reports at once do no harm: the owner is deaf to an attempt that is no longer its own.
        if (!reported && !cancelled) {
            reported = true;
            owner.disrupted(this, disruption);
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** A body that nobody wants: the connection is given up rather than read to an end that may never come. */
    private static final class Unread implements BodySubscriber<Void> {

        @Override
        public CompletionStage<Void> getBody() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onSubscribe(Flow.Subscription stream) {
            stream.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            // Not asked for.
        }

        @Override
        public void onError(Throwable failure) {
            // The status has been reported; how the body ends is of no interest.
        }

        @Override
        public void onComplete() {
            // As above.
        }
    }
}

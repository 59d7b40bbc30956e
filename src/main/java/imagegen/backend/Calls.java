package imagegen.backend;

import imagegen.update.Decoded;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The three calls to the backend, each blocking until it is answered: what is sent, and what every answer means.
 *
 * <p>Every outcome but the wanted one is a {@link BackendException}; every outcome is evidence of the backend's health.
 */
final class Calls {
    private static final int MAX_ANSWER = 1 << 20;
    private static final int MAX_DETAIL = 300;
    private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);
    // Looked up once: the static methods of Json do it again each time.
    private static final JsonProvider JSON = JsonProvider.provider();

    private final Supplier<RequestsClient> client;
    private final UpdateCodec codec;
    private final Reach reach;

    Calls(Supplier<RequestsClient> client, UpdateCodec codec, Reach reach) {
        this.client = client;
        this.codec = codec;
        this.reach = reach;
    }

    RequestId submit(String token, Submission submission, String idempotencyKey) {
        return call(it -> it.submit(bearer(token), idempotencyKey, json(submission)), response -> {
            if (!successful(response)) {
                throw refusal(response);
            }
            return requestId(response);
        });
    }

    Optional<Decoded> status(String token, RequestId id) {
        return call(it -> it.status(bearer(token), id.value()), response -> {
            if (unknown(response)) {
                return Optional.empty();
            }
            if (!successful(response)) {
                throw refusal(response);
            }
            return Optional.of(codec.decode(body(response)));
        });
    }

    boolean cancel(String token, RequestId id) {
        return call(it -> it.cancel(bearer(token), id.value()), response -> {
            if (!successful(response) && !unknown(response)) {
                throw refusal(response);
            }
            return successful(response);
        });
    }

    private <T> T call(Function<RequestsClient, Response> ask, Function<Response, T> understand) {
        try (var response = answer(ask)) {
            if (response.getStatus() >= 500) {
                reach.failed("it answered " + response.getStatus());
            } else {
                reach.answered();
            }
            return understand.apply(response);
        } catch (ProcessingException e) {
            throw failure(e);
        }
    }

    // Some servers' clients throw for a status of 400 and more even where the whole response was asked for.
    private Response answer(Function<RequestsClient, Response> ask) {
        try {
            return ask.apply(client.get());
        } catch (WebApplicationException e) {
            return e.getResponse();
        }
    }

    private BackendException failure(ProcessingException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException timeout && !connecting(timeout)) {
                reach.failed("it did not answer in time");
                return new BackendException.Timeout("the image backend did not answer in time", failure);
            }
        }
        reach.failed("it can't be reached");
        return new BackendException.Unavailable("the image backend can't be reached", Optional.empty(), failure);
    }

    // java.net tells the two time-outs apart by their message only.
    private static boolean connecting(SocketTimeoutException timeout) {
        return timeout.getMessage() != null && timeout.getMessage().toLowerCase(Locale.ROOT).startsWith("connect");
    }

    private static BackendException refusal(Response response) {
        var status = response.getStatus();
        return switch (status) {
            case 401, 403 -> new BackendException.Unauthorized(status);
            case 429, 502, 503, 504 -> new BackendException.Unavailable(
                    "the image backend answered " + status, retryAfter(response), null);
            default -> new BackendException.Refused(status, words(response));
        };
    }

    private static RequestId requestId(Response response) {
        try (var reader = JSON.createReader(new ByteArrayInputStream(body(response)))) {
            if (reader.readObject().get("request_id") instanceof JsonString text) {
                return RequestId.parse(text.getString()).orElseThrow(() -> noRequestId(response));
            }
        } catch (JsonException e) {
            // said below
        }
        throw noRequestId(response);
    }

    private static BackendException noRequestId(Response response) {
        return new BackendException.Refused(response.getStatus(), Optional.of("no request_id in the backend's answer"));
    }

    /** What the backend says about a refusal, in whichever of the usual members. */
    private static Optional<String> words(Response response) {
        try (var reader = JSON.createReader(new ByteArrayInputStream(body(response)))) {
            var json = reader.readObject();
            for (var member : new String[] {"detail", "message", "error"}) {
                if (json.get(member) instanceof JsonString text && !text.getString().isBlank()) {
                    return Optional.of(shortened(text.getString().strip()));
                }
            }
        } catch (JsonException e) {
            // not ours to say then
        }
        return Optional.empty();
    }

    private static String shortened(String text) {
        return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "…";
    }

    // [RFC 9110, 10.2.3] seconds or a date
    private static Optional<Duration> retryAfter(Response response) {
        var text = response.getHeaderString("Retry-After");
        if (text == null) {
            return Optional.empty();
        }
        Duration wait;
        try {
            wait = text.strip().matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text.strip()))
                    : Duration.between(Instant.now(),
                            ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
        return Optional.of(wait).filter(it -> !it.isNegative())
                .map(it -> it.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : it);
    }

    private static byte[] body(Response response) {
        if (!response.hasEntity()) {
            return new byte[0];
        }
        try (var in = response.readEntity(InputStream.class)) {
            var bytes = in.readNBytes(MAX_ANSWER + 1);
            if (bytes.length > MAX_ANSWER) {
                throw new BackendException.Refused(response.getStatus(), Optional.of("an answer of over a megabyte"));
            }
            return bytes;
        } catch (IOException e) {
            throw new ProcessingException(e);
        }
    }

    private static boolean successful(Response response) {
        return response.getStatusInfo().getFamily() == Response.Status.Family.SUCCESSFUL;
    }

    private static boolean unknown(Response response) {
        return response.getStatus() == 404 || response.getStatus() == 410;
    }

    private static String bearer(String token) {
        return "Bearer " + token;
    }

    private static String json(Submission submission) {
        var json = JSON.createObjectBuilder()
                .add("prompt", submission.prompt())
                .add("width", submission.width())
                .add("height", submission.height())
                .add("count", submission.count());
        submission.style().ifPresent(style -> json.add("style", style));
        JsonObject body = json.build();
        return body.toString();
    }
}

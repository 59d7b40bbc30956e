package imagegen.backend;

import imagegen.update.Decoded;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What every answer of the backend means. Every outcome but the wanted one is a {@link BackendException}. */
final class Answers {
    private static final int MAX_DETAIL = 300;
    private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);
    // Goes through nested values without recursion, so that none is too deep for a thread's stack.
    private static final JsonFactory JSON = new JsonFactory();

    private final UpdateCodec codec;

    Answers(UpdateCodec codec) {
        this.codec = codec;
    }

    RequestId submitted(Response answer) {
        if (!successful(answer)) {
            throw refusal(answer);
        }
        return member(body(answer), Set.of("request_id")).flatMap(RequestId::parse).orElseThrow(
                () -> new BackendException.Refused(answer.getStatus(),
                        Optional.of("no request_id in the backend's answer")));
    }

    Optional<Decoded> status(Response answer) {
        if (unknown(answer)) {
            return Optional.empty();
        }
        if (!successful(answer)) {
            throw refusal(answer);
        }
        return Optional.of(codec.decode(body(answer)));
    }

    boolean cancelled(Response answer) {
        if (!successful(answer) && !unknown(answer)) {
            throw refusal(answer);
        }
        return successful(answer);
    }

    private static BackendException refusal(Response answer) {
        var status = answer.getStatus();
        return switch (status) {
            case 401, 403 -> new BackendException.Unauthorized(status);
            case 429 -> new BackendException.Limited(retryAfter(answer), words(answer));
            case 502, 503, 504 -> new BackendException.Unavailable(
                    "the image backend answered " + status, retryAfter(answer), null);
            default -> new BackendException.Refused(status, words(answer));
        };
    }

    /** What the backend says about a refusal, in whichever of the usual members. */
    private static Optional<String> words(Response answer) {
        return member(body(answer), Set.of("detail", "message", "error")).map(String::strip).map(Answers::shortened);
    }

    /** The first of these members of a JSON object that is a string and not blank. */
    private static Optional<String> member(byte[] json, Set<String> names) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            for (var name = parser.nextName(); name != null; name = parser.nextName()) {
                if (parser.nextToken() == JsonToken.VALUE_STRING && names.contains(name)
                        && !parser.getString().isBlank()) {
                    return Optional.of(parser.getString());
                }
                parser.skipChildren();
            }
        } catch (JacksonException e) {
            // an answer that makes no sense has no such member
        }
        return Optional.empty();
    }

    private static String shortened(String text) {
        return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "…";
    }

    // [RFC 9110, 10.2.3] seconds or a date
    private static Optional<Duration> retryAfter(Response answer) {
        return Optional.ofNullable(answer.getHeaderString(HttpHeaders.RETRY_AFTER)).map(String::strip).flatMap(text -> {
            try {
                return Optional.of(text.matches("[0-9]{1,9}")
                        ? Duration.ofSeconds(Long.parseLong(text))
                        : Duration.between(Instant.now(),
                                ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)));
            } catch (DateTimeException e) {
                return Optional.<Duration>empty();
            }
        }).filter(it -> !it.isNegative()).map(it -> it.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : it);
    }

    private static byte[] body(Response answer) {
        return answer.hasEntity() ? answer.readEntity(byte[].class) : new byte[0];
    }

    private static boolean successful(Response answer) {
        return answer.getStatus() / 100 == 2;
    }

    private static boolean unknown(Response answer) {
        return answer.getStatus() == 404 || answer.getStatus() == 410;
    }
}

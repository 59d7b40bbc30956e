package imagegen.access;

import static imagegen.problem.JsonP.JSON;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a token says of itself, whoever signed it: good for choosing words, and for refusing what no signature could
 * make acceptable. [RFC 7519; RFC 9068] {@code typ}, {@code jti} and {@code iat} may be missing.
 *
 * @param subject {@code sub}, 1 to 256 characters
 * @param name {@code upn}, else {@code preferred_username}, else the subject
 * @param groups what is a text among its {@code groups}
 * @param expiresAt {@code exp}, without which no token is accepted: a stream must end with its token
 * @param notBefore {@code nbf}
 * @param issuedAt {@code iat}
 */
record Claims(String subject, String name, Set<String> groups, Instant expiresAt, Optional<Instant> notBefore,
              Optional<Instant> issuedAt) {

    static final int LONGEST_SUBJECT = 256;

    /** The year 9999, past which dates only make trouble. */
    private static final long FAR = 253_370_764_800L;

    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /** Empty for anything but a signed JSON Web Token, in its one spelling, with a usable subject and an end. */
    static Optional<Claims> of(String token) {
        var parts = token.split("\\.", -1);
        if (parts.length != 3 || !Stream.of(parts).allMatch(Claims::plain)) {
            return Optional.empty();
        }
        try (var reader = JSON.createReader(new StringReader(text(parts[1])))) {
            return of(reader.readObject());
        } catch (RuntimeException | StackOverflowError e) {
            // Whatever it is, it is no token: the reader throws more than JSON-P names.
            return Optional.empty();
        }
    }

    // [RFC 7515, 2] Base64url without padding. Other spellings of the same bytes would be other names for one token.
    private static boolean plain(String part) {
        try {
            return !part.isEmpty() && ENCODER.encodeToString(DECODER.decode(part)).equals(part);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static String text(String part) {
        return new String(DECODER.decode(part), UTF_8);
    }

    private static Optional<Claims> of(JsonObject json) {
        var end = time(json.get("exp"));
        if (json.get("sub") instanceof JsonString subject && usable(subject.getString()) && end.isPresent()
                && timeOrNone(json.get("nbf")) && timeOrNone(json.get("iat"))) {
            var name = Stream.of("upn", "preferred_username").map(json::get).filter(JsonString.class::isInstance)
                    .map(it -> ((JsonString) it).getString()).filter(Claims::usable).findFirst();
            return Optional.of(new Claims(subject.getString(), name.orElse(subject.getString()),
                    groups(json.get("groups")), end.get(), time(json.get("nbf")), time(json.get("iat"))));
        }
        return Optional.empty();
    }

    private static boolean timeOrNone(JsonValue value) {
        return value == null || time(value).isPresent();
    }

    // [RFC 7519, 2] Seconds, perhaps with a fraction. What no calendar holds is no time.
    private static Optional<Instant> time(JsonValue value) {
        return value instanceof JsonNumber number && Math.abs(number.doubleValue()) < FAR
                ? Optional.of(Instant.ofEpochSecond(number.longValue())) : Optional.empty();
    }

    private static Set<String> groups(JsonValue value) {
        return value instanceof JsonArray array ? array.stream().filter(JsonString.class::isInstance)
                .map(it -> ((JsonString) it).getString()).collect(Collectors.toUnmodifiableSet()) : Set.of();
    }

    /** Whether this is the time for it, by clocks that may differ by {@code skew}. */
    Timing timing(Instant now, Duration skew, Optional<Duration> age) {
        if (!expiresAt.plus(skew).isAfter(now)) {
            return Timing.PAST;
        }
        if (notBefore.filter(start -> start.isAfter(now.plus(skew))).isPresent()) {
            return Timing.FUTURE;
        }
        return age.map(limit -> timing(limit.plus(skew), now, skew)).orElse(Timing.RIGHT);
    }

    private Timing timing(Duration limit, Instant now, Duration skew) {
        return issuedAt.map(issued -> issued.isAfter(now.plus(skew)) ? Timing.FUTURE
                : issued.plus(limit).isAfter(now) ? Timing.RIGHT : Timing.PAST).orElse(Timing.UNKNOWN);
    }

    enum Timing { PAST, RIGHT, FUTURE, UNKNOWN }

    private static boolean usable(String subject) {
        return !subject.isBlank() && subject.length() <= LONGEST_SUBJECT
                && subject.chars().noneMatch(Character::isISOControl);
    }
}

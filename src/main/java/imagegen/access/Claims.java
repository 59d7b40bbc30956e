package imagegen.access;

import static imagegen.problem.JsonP.JSON;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * What a token says of itself, not verified by anybody: good for choosing words, and for refusing what no verification
 * could make acceptable.
 */
record Claims(String subject, Instant expiresAt) {

    static final int LONGEST_SUBJECT = 256;

    /** The year 9999, past which dates only make trouble. */
    private static final long FAR = 253_370_764_800L;

    /** Empty for anything but a JSON Web Token with a usable subject and an end: a stream must end with its token. */
    static Optional<Claims> of(String token) {
        var parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try (var reader = JSON.createReader(new StringReader(text(parts[1])))) {
            return of(reader.readObject());
        } catch (RuntimeException | StackOverflowError e) {
            // Whatever it is, it is no token: the reader throws more than JSON-P names.
            return Optional.empty();
        }
    }

    private static String text(String part) {
        return new String(Base64.getUrlDecoder().decode(part), UTF_8);
    }

    private static Optional<Claims> of(JsonObject json) {
        if (json.get("sub") instanceof JsonString subject && usable(subject.getString())
                && json.get("exp") instanceof JsonNumber end) {
            var seconds = Math.clamp(end.longValue(), -FAR, FAR);
            return Optional.of(new Claims(subject.getString(), Instant.ofEpochSecond(seconds)));
        }
        return Optional.empty();
    }

    private static boolean usable(String subject) {
        return !subject.isBlank() && subject.length() <= LONGEST_SUBJECT
                && subject.chars().noneMatch(Character::isISOControl);
    }
}

package imagegen.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Who is calling, as their verified token says.
 *
 * @param user the {@code sub} claim
 * @param token the raw token, to be passed on to the backend and shown to nobody
 * @param expiresAt when the token ends, and with it every connection that it opened
 * @param session which browser session this is, if the token came by cookie: a name made from that token
 */
public record Caller(String user, String token, Instant expiresAt, Optional<String> session) {

    public Caller {
        Objects.requireNonNull(token);
        Objects.requireNonNull(expiresAt);
        Objects.requireNonNull(session);
        if (user.isBlank()) {
            throw new IllegalArgumentException("a caller needs a name");
        }
    }

    /**
     * The caller that the container has verified; empty for anybody else.
     *
     * @param cookie the value of the session cookie, if there was one; it counts only if it is this caller's token
     */
    public static Optional<Caller> of(Principal principal, Optional<String> cookie) {
        return principal instanceof JsonWebToken token && token.getRawToken() != null && token.getSubject() != null
                ? Optional.of(new Caller(token.getSubject(), token.getRawToken(),
                        Instant.ofEpochSecond(token.getExpirationTime()),
                        cookie.filter(token.getRawToken()::equals).map(Caller::sessionOf)))
                : Optional.empty();
    }

    /** This caller as one whose token is now kept in the session cookie. */
    Caller inSession() {
        return new Caller(user, token, expiresAt, Optional.of(sessionOf(token)));
    }

    /** This caller with a token that counts as ended since {@code then}. */
    Caller endedAt(Instant then) {
        return new Caller(user, token, then, session);
    }

    /** Names the session that lives in a cookie of that value. Says nothing about the token. */
    static String sessionOf(String cookie) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(cookie.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Without the token: what is printed ends up in a log. */
    @Override
    public String toString() {
        return "Caller[user=" + user + ", expiresAt=" + expiresAt + ", session=" + session.isPresent() + "]";
    }
}

package imagegen.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

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
     * The caller that {@link TokenMechanism} has logged in; empty for anybody else.
     *
     * @param cookie the value of the session cookie, if there was one; it counts only if it is this caller's token
     */
    public static Optional<Caller> of(Principal principal, Optional<String> cookie) {
        return principal instanceof VerifiedToken token
                ? Optional.of(new Caller(token.getSubject(), token.getRawToken(), token.claims().expiresAt(),
                        cookie.filter(token.getRawToken()::equals).map(same -> session(token.digest()))))
                : Optional.empty();
    }

    /** This caller as one whose token is now kept in the session cookie. */
    Caller inSession() {
        return new Caller(user, token, expiresAt, Optional.of(sessionOf(token)));
    }

    /** This caller with a token that counts as ended, however far a clock may be set back. */
    Caller ended() {
        return new Caller(user, token, Instant.EPOCH, session);
    }

    /** Names the session that lives in a cookie of that value. Says nothing about the token. */
    static String sessionOf(String cookie) {
        return session(digest(cookie));
    }

    private static String session(String digest) {
        return digest.substring(0, 32);
    }

    /** What a token is called where it must not be seen: its SHA-256 in hexadecimal. */
    static String digest(String token) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
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

package imagegen.update;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A reader's place in one user's updates; the same for every transport. Clients treat the text as opaque: it is the
 * {@code id} of an SSE event, the {@code id} member of a WebSocket message and the {@code after} of a poll.
 *
 * @param epoch    names the log that counted; a log that was begun anew has another, so that a place in the old one is
 *                 recognized as lost; 1 to 32 characters of {@code a-z 0-9}
 * @param sequence the last update seen; 0 means none yet
 * @param scope    stands for the requests that the reader had asked for, as {@link #scope} names them; empty where it
 *                 had asked for all. What lies before the place was only read if it was of one of these
 */
public record Cursor(String epoch, long sequence, String scope) {

    private static final int MAX_PART = 32;
    private static final int MAX_TEXT = 3 * MAX_PART;

    /** @throws IllegalArgumentException if the epoch or the scope is malformed or the sequence is negative */
    public Cursor {
        Objects.requireNonNull(epoch, "epoch");
        if (!wellFormed(epoch) || sequence < 0 || !scope.isEmpty() && !wellFormed(scope)) {
            throw new IllegalArgumentException("malformed cursor");
        }
    }

    /** A place of a reader that had asked for everything. */
    public Cursor(String epoch, long sequence) {
        this(epoch, sequence, "");
    }

    /** Names a set of requests, whatever their order: 1 to 13 characters of {@code a-z 0-9}; nothing for the empty set. */
    public static String scope(Set<RequestId> only) {
        if (only.isEmpty()) {
            return "";
        }
        String names = only.stream().map(RequestId::value).sorted().collect(Collectors.joining("\n"));
        long digest = ByteBuffer.wrap(sha256(names)).getLong();
        return Long.toUnsignedString(digest, Character.MAX_RADIX);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether a reader of these requests, or of all if there are none, has nothing to catch up on before this place. */
    public boolean covers(Set<RequestId> only) {
        return scope.isEmpty() || scope.equals(scope(only));
    }

    /** Reads what {@link #toString} wrote; empty for any other text, however hostile. */
    public static Optional<Cursor> parse(String text) {
        if (text == null || text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        String[] parts = text.split("-", -1);
        if (parts.length < 2 || parts.length > 3 || !Arrays.stream(parts).allMatch(Cursor::wellFormed)) {
            return Optional.empty();
        }
        try {
            long sequence = Long.parseLong(parts[1], Character.MAX_RADIX);
            return Optional.of(new Cursor(parts[0], sequence, parts.length > 2 ? parts[2] : ""));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    private static boolean wellFormed(String part) {
        if (part.isEmpty() || part.length() > MAX_PART) {
            return false;
        }
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        String place = epoch + '-' + Long.toString(sequence, Character.MAX_RADIX);
        return scope.isEmpty() ? place : place + '-' + scope;
    }
}

package imagegen.update;

import java.util.Objects;
import java.util.Optional;

/**
 * A reader's place in one user's updates; the same for every transport. Clients treat the text as opaque: it is the
 * {@code id} of an SSE event, the {@code id} member of a WebSocket message and the {@code after} of a poll.
 *
 * @param epoch    names the log that counted; a log that was begun anew has another, so that a place in the old one is
 *                 recognized as lost; 1 to 32 characters of {@code a-z 0-9}
 * @param sequence the last update seen; 0 means none yet
 */
public record Cursor(String epoch, long sequence) {

    private static final int MAX_EPOCH = 32;
    private static final int MAX_TEXT = MAX_EPOCH + 1 + Long.toString(Long.MAX_VALUE, Character.MAX_RADIX).length();

    /** @throws IllegalArgumentException if the epoch is malformed or the sequence is negative */
    public Cursor {
        Objects.requireNonNull(epoch, "epoch");
        if (!wellFormed(epoch) || sequence < 0) {
            throw new IllegalArgumentException("malformed cursor");
        }
    }

    /** Reads what {@link #toString} wrote; empty for any other text, however hostile. */
    public static Optional<Cursor> parse(String text) {
        if (text == null || text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        int dash = text.indexOf('-');
        if (dash < 0 || !wellFormed(text.substring(0, dash)) || !wellFormed(text.substring(dash + 1))) {
            return Optional.empty();
        }
        try {
            long sequence = Long.parseLong(text.substring(dash + 1), Character.MAX_RADIX);
            return Optional.of(new Cursor(text.substring(0, dash), sequence));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    private static boolean wellFormed(String part) {
        if (part.isEmpty() || part.length() > MAX_EPOCH) {
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
        return epoch + '-' + Long.toString(sequence, Character.MAX_RADIX);
    }
}

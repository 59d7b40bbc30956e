package imagegen.update;

import java.util.Optional;

/**
 * Names one image-generation request; chosen by the backend, opaque to us.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters of {@code A-Z a-z 0-9 . _ : -}, so that it travels unescaped in a
 *              URL path, a query and JSON. Neither {@code .} nor {@code ..}: in a path these are no names but steps
 *              (RFC 3986, section 5.2.4), and would have us ask the backend for something else
 */
public record RequestId(String value) {

    static final int MAX_LENGTH = 128;

    /** @throws IllegalArgumentException if the value is empty, too long or has another character */
    public RequestId {
        if (!valid(value)) {
            throw new IllegalArgumentException(
                    "not a request id: 1 to 128 characters of A-Z a-z 0-9 . _ : -, and neither '.' nor '..'");
        }
    }

    /** The request id that a caller's text names, or empty where the text can't be one. */
    public static Optional<RequestId> parse(String text) {
        return text != null && valid(text) ? Optional.of(new RequestId(text)) : Optional.empty();
    }

    private static boolean valid(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || text.equals(".") || text.equals("..")) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letterOrDigit && c != '-' && c != '_' && c != '.' && c != ':') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return value;
    }
}

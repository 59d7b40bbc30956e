package imagegen.requests;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Entity tags of messages (RFC 9110, section 8.8.3). The same message has the same tag on every server. */
final class EntityTags {
    private static final int BYTES = 12;

    private EntityTags() {
    }

    static String of(byte[] message) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(message);
            return '"' + HexFormat.of().formatHex(digest, 0, BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    // [RFC 9110, 13.1.2] If-None-Match uses the weak comparison, and '*' matches whatever there is.
    static boolean matches(String ifNoneMatch, String tag) {
        return ifNoneMatch != null && Arrays.stream(ifNoneMatch.split(",")).map(String::strip)
                .anyMatch(it -> it.equals("*") || it.equals(tag) || it.equals("W/" + tag));
    }
}

package imagegen.sse;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.regex.Pattern;

/**
 * Where a {@code Location} leads. [RFC 3986, 5.2] {@link URI#resolve} obeys an older standard: it drops the path before
 * {@code ?x=1}, knows no empty reference, and leaves {@code ..} standing that leads above the root.
 */
final class Reference {

    /** [RFC 3986, appendix B] scheme, authority, path, query; the fragment is not for servers. */
    private static final Pattern PARTS =
            Pattern.compile("(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#.*)?", Pattern.DOTALL);

    private static final String ALLOWED = "%-._~:/?#[]@!$&'()*+,;=";

    private Reference() {
    }

    /**
     * @param base absolute, where the reference was found
     * @throws IllegalArgumentException for what can't be made an address
     */
    static URI resolve(URI base, String location) {
        var parts = PARTS.matcher(encoded(location.strip()));
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a reference");
        }
        var scheme = parts.group(1);
        var authority = parts.group(2);
        var path = parts.group(3);
        var query = parts.group(4);
        // [RFC 3986, 5.2.2]
        if (scheme == null) {
            scheme = base.getScheme();
            if (authority == null) {
                authority = base.getRawAuthority();
                if (path.isEmpty()) {
                    path = base.getRawPath();
                    query = query == null ? base.getRawQuery() : query;
                } else if (!path.startsWith("/")) {
                    path = merged(base.getRawPath(), path);
                }
            }
        }
        return URI.create(scheme + ":" + (authority == null ? "" : "//" + authority) + withoutDots(path)
                + (query == null ? "" : "?" + query));
    }

    // [RFC 3986, 5.2.3]
    private static String merged(String base, String path) {
        return base.isEmpty() ? "/" + path : base.substring(0, base.lastIndexOf('/') + 1) + path;
    }

    // [RFC 3986, 5.2.4] of a path from the root; others, as in mailto:a@b, stay as they are.
    private static String withoutDots(String path) {
        if (!path.startsWith("/")) {
            return path;
        }
        var segments = new ArrayDeque<String>();
        var last = "";
        for (var segment : path.substring(1).split("/", -1)) {
            last = segment;
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        var folder = last.equals(".") || last.equals("..");
        return "/" + String.join("/", segments) + (folder && !segments.isEmpty() ? "/" : "");
    }

    /** What has no place in an address, in percent signs; java.net.http makes of each byte of a header one character. */
    private static String encoded(String location) {
        var out = new StringBuilder(location.length());
        location.codePoints().forEach(c -> {
            if (c < 0x80 && (Character.isLetterOrDigit(c) || ALLOWED.indexOf(c) >= 0)) {
                out.append((char) c);
            } else if (c <= 0xFF) {
                out.append(String.format("%%%02X", c));
            } else {
                for (var octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    out.append(String.format("%%%02X", octet));
                }
            }
        });
        return out.toString();
    }
}

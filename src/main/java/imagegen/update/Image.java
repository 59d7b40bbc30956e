package imagegen.update;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/**
 * A finished image, by reference: binary data never travels in an update.
 *
 * @param url         where a browser fetches it: an absolute {@code http} or {@code https} URL, or one that starts with
 *                    a single {@code /}; nothing else, so that a lying backend can't plant a {@code javascript:} link
 * @param contentType media type, as {@code image/png}
 * @param fileName    name to save it under
 * @param fileSize    bytes, 0 where unknown
 * @param width       pixels, 0 where unknown
 * @param height      pixels, 0 where unknown
 */
public record Image(String url, String contentType, String fileName, long fileSize, int width, int height) {

    /** @throws IllegalArgumentException if the URL is of another kind or a number is negative */
    public Image {
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(fileName, "fileName");
        if (!fetchable(url)) {
            throw new IllegalArgumentException("image url is neither http(s) nor root-relative");
        }
        if (fileSize < 0 || width < 0 || height < 0) {
            throw new IllegalArgumentException("file_size, width and height of an image can't be negative");
        }
    }

    private static boolean fetchable(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme();
            if (scheme == null) {
                return url.startsWith("/") && !url.startsWith("//");
            }
            return (scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("http")) && uri.getHost() != null;
        } catch (URISyntaxException notAUrl) {
            return false;
        }
    }
}

package imagegen.update;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * An image, by reference: binary data never travels in an update.
 *
 * @param url         where a browser fetches it: an absolute {@code http} or {@code https} URL, or one that starts with
 *                    a single {@code /}; nothing else, so that a lying backend can't plant a {@code javascript:} link
 * @param contentType media type, as {@code image/png}
 * @param fileName    name to save it under
 * @param fileSize    bytes, 0 where unknown
 * @param width       pixels, 0 where unknown
 * @param height      pixels, 0 where unknown
 * @param thumbnail   where a smaller one is fetched, as {@code url}; empty where there is none
 * @param seed        a number that, given with the same wishes, makes the same image; empty where unknown
 * @param preview     whether the image is still being made and this is what there is of it so far
 */
public record Image(String url, String contentType, String fileName, long fileSize, int width, int height,
                    Optional<String> thumbnail, OptionalLong seed, boolean preview) {

    private static final Pattern FETCHABLE = Pattern.compile(
            "(?:[hH][tT][tT][pP][sS]?://[^\\x00-\\x20\\x7f/?#\\\\]+(?:[/?#]|$)|/(?!/))[^\\x00-\\x1f\\x7f\\\\]*");

    /** @throws IllegalArgumentException if the URL is of another kind or a number is negative */
    public Image {
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(fileName, "fileName");
        Objects.requireNonNull(seed, "seed");
        if (!fetchable(url) || !thumbnail.map(Image::fetchable).orElse(true)) {
            throw new IllegalArgumentException("image url is neither http(s) nor root-relative");
        }
        if (fileSize < 0 || width < 0 || height < 0) {
            throw new IllegalArgumentException("file_size, width and height of an image can't be negative");
        }
    }

    /** A finished image of which no more is known. */
    public Image(String url, String contentType, String fileName, long fileSize, int width, int height) {
        this(url, contentType, fileName, fileSize, width, height, Optional.empty(), OptionalLong.empty(), false);
    }

    public Image withThumbnail(String smaller) {
        return new Image(url, contentType, fileName, fileSize, width, height, Optional.of(smaller), seed, preview);
    }

    public Image withSeed(long number) {
        return new Image(url, contentType, fileName, fileSize, width, height, thumbnail, OptionalLong.of(number), preview);
    }

    public Image asPreview() {
        return new Image(url, contentType, fileName, fileSize, width, height, thumbnail, seed, true);
    }

    /**
     * As browsers read it, not as {@link java.net.URI} does: that knows no host with an underscore and no space in a
     * path. What browsers take for a slash, or leave out, is in none of them.
     */
    static boolean fetchable(String url) {
        return FETCHABLE.matcher(url).matches();
    }
}

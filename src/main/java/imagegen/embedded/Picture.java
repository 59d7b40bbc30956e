package imagegen.embedded;

import java.util.Optional;

/**
 * A picture as it is served; its arrays are never written to.
 *
 * @param type media type of {@code bytes}
 * @param thumbnail the same, smaller, as JPEG; empty where it is small itself
 */
record Picture(byte[] bytes, String type, Optional<byte[]> thumbnail) {

    static final String PNG = "image/png";
    static final String JPEG = "image/jpeg";

    static Picture png(byte[] png, byte[] thumbnail) {
        return new Picture(png, PNG, Optional.of(thumbnail));
    }

    static Picture jpeg(byte[] jpeg) {
        return new Picture(jpeg, JPEG, Optional.empty());
    }

    long size() {
        return bytes.length + thumbnail.map(it -> it.length).orElse(0);
    }

    /** As small as there is. */
    Picture small() {
        return thumbnail.map(Picture::jpeg).orElse(this);
    }
}

package imagegen.log;

import imagegen.config.Settings;
import java.time.Duration;

/**
 * How much is remembered.
 *
 * @param maxUpdates of one user; {@code image-gen.log.max-updates}, default 256, at least 1
 * @param maxBytes   of one user, in bytes; {@code image-gen.log.max-bytes}, default 1 MiB. The latest update stays
 *                   however large it is
 * @param maxAge     of an update; {@code image-gen.log.max-age}, default 10 minutes
 * @param totalBytes of all users together, in bytes; {@code image-gen.log.total-bytes}, default 512 MiB
 */
public record Retention(int maxUpdates, long maxBytes, Duration maxAge, long totalBytes) {

    public static final Retention DEFAULT = new Retention(256, 1 << 20, Duration.ofMinutes(10), 512L << 20);

    /** @throws IllegalArgumentException naming the key of a value that is out of range */
    public Retention {
        require(maxUpdates >= 1, "image-gen.log.max-updates must be at least 1");
        require(maxBytes >= 1, "image-gen.log.max-bytes must be at least 1");
        require(maxAge.isPositive(), "image-gen.log.max-age must be longer than zero");
        require(totalBytes >= maxBytes, "image-gen.log.total-bytes can't be less than image-gen.log.max-bytes");
    }

    /** @throws IllegalArgumentException for the first setting that can't be used, naming its key */
    public static Retention from(Settings settings) {
        return new Retention(
                settings.number("image-gen.log.max-updates", DEFAULT.maxUpdates, 1, Integer.MAX_VALUE),
                settings.bytes("image-gen.log.max-bytes", DEFAULT.maxBytes),
                settings.duration("image-gen.log.max-age", DEFAULT.maxAge),
                settings.bytes("image-gen.log.total-bytes", DEFAULT.totalBytes));
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}

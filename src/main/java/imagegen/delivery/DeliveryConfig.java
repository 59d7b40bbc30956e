package imagegen.delivery;

import java.time.Duration;
import org.eclipse.microprofile.config.Config;

/**
 * How streams are looked after.
 *
 * @param heartbeat    {@code image-gen.heartbeat}, default 15 s: a quiet stream says something that often
 * @param retry        {@code image-gen.retry}, default 3 s: how long a browser waits before it reconnects
 * @param stallTimeout {@code image-gen.delivery.stall-timeout}, default 20 s: a reader that takes nothing for so long
 *                     is closed
 * @param drain        {@code image-gen.drain}, default 20 s: over which open streams end at shutdown; 0 cuts them
 * @param moveOver     {@code image-gen.rollout.move-over}, default 5 s: over which open streams move to the transport
 *                     that the flag names now
 * @param pollsPerMinute {@code image-gen.limits.polls-per-minute}, default 600: of one user, 1 to 1000000
 */
public record DeliveryConfig(Duration heartbeat, Duration retry, Duration stallTimeout, Duration drain,
                             Duration moveOver, int pollsPerMinute) {

    private static final String POLLS = "image-gen.limits.polls-per-minute";

    public static final DeliveryConfig DEFAULT = new DeliveryConfig(Duration.ofSeconds(15), Duration.ofSeconds(3),
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(5), 600);

    /** @throws IllegalArgumentException naming the key of a value that is out of range */
    public DeliveryConfig {
        requirePositive("image-gen.heartbeat", heartbeat);
        requirePositive("image-gen.retry", retry);
        requirePositive("image-gen.delivery.stall-timeout", stallTimeout);
        requireNotNegative("image-gen.drain", drain);
        requireNotNegative("image-gen.rollout.move-over", moveOver);
        if (pollsPerMinute < 1 || pollsPerMinute > 1_000_000) {
            throw new IllegalArgumentException(POLLS + " must be 1 to 1000000");
        }
    }

    public static DeliveryConfig of(Config config) {
        return new DeliveryConfig(
                duration(config, "image-gen.heartbeat", DEFAULT.heartbeat()),
                duration(config, "image-gen.retry", DEFAULT.retry()),
                duration(config, "image-gen.delivery.stall-timeout", DEFAULT.stallTimeout()),
                duration(config, "image-gen.drain", DEFAULT.drain()),
                duration(config, "image-gen.rollout.move-over", DEFAULT.moveOver()),
                config.getOptionalValue(POLLS, Integer.class).orElse(DEFAULT.pollsPerMinute()));
    }

    private static Duration duration(Config config, String key, Duration fallback) {
        return config.getOptionalValue(key, Duration.class).orElse(fallback);
    }

    private static void requirePositive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(key + " must be longer than zero, as PT15S");
        }
    }

    private static void requireNotNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(key + " can't be negative");
        }
    }
}

package imagegen.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/**
 * What an operator may set, {@code image-gen.embedded.*}.
 *
 * @param pace {@code .pace}: how long a picture takes at least, so that a person sees it grow
 * @param slowPace {@code .slow-pace}: the same for a prompt that contains {@code slow}
 * @param workers {@code .workers}: pictures drawn at the same time
 * @param queue {@code .queue}: requests that may wait for a worker
 * @param requestsPerUser {@code .requests-per-user}: unfinished requests of one user
 * @param imageBytes {@code .image-bytes}: memory for finished pictures; the least recently fetched go first
 * @param keep {@code .keep}: how long a finished request and its pictures are kept
 * @param heartbeat {@code .heartbeat}: between heartbeats of an event stream
 * @param stall {@code .stall-timeout}: a reader of events that takes nothing for that long is closed
 * @param tokenLifetime {@code .token-lifetime}: of the dev identity's tokens
 * @param keyFile {@code .key-file}: the dev identity's private key, relative to the working directory
 */
record Settings(
        Duration pace, Duration slowPace, int workers, int queue, int requestsPerUser, long imageBytes, Duration keep,
        Duration heartbeat, Duration stall, Duration tokenLifetime, Path keyFile) {

    static final String BACKEND_URL = "image-gen.backend.url";
    static final String KEY_FILE = "image-gen.embedded.key-file";
    static final String DEFAULT_KEY_FILE = "image-gen-dev-key.pem";
    private static final String PREFIX = "image-gen.embedded.";

    Settings {
        List<String> wrong = new ArrayList<>();
        notNegative(wrong, "pace", pace);
        notNegative(wrong, "slow-pace", slowPace);
        positive(wrong, "workers", workers);
        positive(wrong, "queue", queue);
        positive(wrong, "requests-per-user", requestsPerUser);
        positive(wrong, "image-bytes", imageBytes);
        positive(wrong, "keep", keep.toMillis());
        positive(wrong, "heartbeat", heartbeat.toMillis());
        positive(wrong, "stall-timeout", stall.toMillis());
        positive(wrong, "token-lifetime", tokenLifetime.toSeconds());
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("out of range: " + String.join(", ", wrong));
        }
    }

    static Settings of(Config config) {
        return new Settings(
            duration(config, "pace", "PT2S"),
            duration(config, "slow-pace", "PT30S"),
            config.getOptionalValue(PREFIX + "workers", Integer.class).orElse(2),
            config.getOptionalValue(PREFIX + "queue", Integer.class).orElse(64),
            config.getOptionalValue(PREFIX + "requests-per-user", Integer.class).orElse(16),
            config.getOptionalValue(PREFIX + "image-bytes", Long.class).orElse(128L << 20),
            duration(config, "keep", "PT1H"),
            duration(config, "heartbeat", "PT10S"),
            duration(config, "stall-timeout", "PT20S"),
            duration(config, "token-lifetime", "PT1H"),
            Path.of(config.getOptionalValue(KEY_FILE, String.class).orElse(DEFAULT_KEY_FILE)));
    }

    /** Whether the embedded backend and its identity are there at all. */
    static boolean embedded(Config config) {
        return config.getOptionalValue(BACKEND_URL, String.class).filter(Settings::meansEmbedded).isPresent();
    }

    static boolean meansEmbedded(String backendUrl) {
        return backendUrl.strip().equalsIgnoreCase("embedded");
    }

    private static Duration duration(Config config, String key, String otherwise) {
        return config.getOptionalValue(PREFIX + key, Duration.class).orElseGet(() -> Duration.parse(otherwise));
    }

    private static void notNegative(List<String> wrong, String key, Duration value) {
        if (value.isNegative()) {
            wrong.add(PREFIX + key);
        }
    }

    private static void positive(List<String> wrong, String key, long value) {
        if (value <= 0) {
            wrong.add(PREFIX + key);
        }
    }
}

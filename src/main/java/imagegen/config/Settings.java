package imagegen.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;

/**
 * Typed settings with defaults. Whatever is wrong with one is said in a message that names the key, the value found
 * and what would be right, since the reader of that message is somebody who starts a server.
 */
public final class Settings {

    /** A setting that can't be used; the message is meant for the operator. */
    public static final class InvalidSetting extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        public InvalidSetting(String message) {
            super(message);
        }
    }

    private final Function<String, Optional<String>> source;

    /** Reads from any source; an absent or blank value counts as not set. */
    public Settings(Function<String, Optional<String>> source) {
        this.source = source;
    }

    public static Settings of(Config config) {
        return new Settings(key -> config.getOptionalValue(key, String.class));
    }

    public Optional<String> text(String key) {
        return source.apply(key).map(String::strip).filter(value -> !value.isEmpty());
    }

    public String text(String key, String otherwise) {
        return text(key).orElse(otherwise);
    }

    /** A duration above zero, written as ISO 8601 has it ({@code PT2S}, {@code PT0.5S}, {@code PT10M}). */
    public Duration duration(String key, Duration otherwise) {
        var duration = durationOrZero(key, otherwise);
        if (duration.isZero()) {
            throw invalid(key, duration.toString(), "a duration above zero");
        }
        return duration;
    }

    /** As {@link #duration}, where {@code PT0S} is allowed too: it switches something off. */
    public Duration durationOrZero(String key, Duration otherwise) {
        var text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        Duration duration;
        try {
            duration = Duration.parse(text.get());
        } catch (DateTimeException e) {
            throw invalid(key, text.get(), "an ISO 8601 duration such as " + otherwise);
        }
        if (duration.isNegative()) {
            throw invalid(key, text.get(), "a duration that is not negative");
        }
        return duration;
    }

    /** A whole number between the two limits, both included. */
    public int number(String key, int otherwise, int min, int max) {
        var text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            var number = Integer.parseInt(text.get());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, together with a number out of range
        }
        throw invalid(key, text.get(), "a whole number from " + min + " to " + max);
    }

    /** A size in bytes, above zero. */
    public long bytes(String key, long otherwise) {
        var text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (text.get().matches("[0-9]{1,18}") && Long.parseLong(text.get()) > 0) {
            return Long.parseLong(text.get());
        }
        throw invalid(key, text.get(), "a number of bytes above zero");
    }

    /** For a value that is checked elsewhere; {@code wanted} says what would be right. */
    public static InvalidSetting invalid(String key, String value, String wanted) {
        return new InvalidSetting(key + " is '" + value + "', but must be " + wanted);
    }
}

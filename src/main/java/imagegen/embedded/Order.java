package imagegen.embedded;

import imagegen.embedded.drawing.Drawing;
import imagegen.embedded.drawing.Style;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What somebody wants drawn.
 *
 * @param prompt 1..2000 characters
 * @param width 64..2048 pixels
 * @param height 64..2048 pixels
 * @param count 1..4 pictures
 * @param style none: the prompt decides
 * @param seed 0..4294967295, of the first picture, each further one having the next; none: chance decides
 */
record Order(String prompt, int width, int height, int count, Optional<Style> style, OptionalLong seed) {

    static final int LONGEST_PROMPT = 2000;
    static final int MOST_IMAGES = 4;
    static final int DEFAULT_SIZE = 1024;

    /** @throws IllegalArgumentException with words for the caller, never quoting the prompt */
    Order {
        if (prompt.isBlank() || prompt.length() > LONGEST_PROMPT) {
            throw new IllegalArgumentException("prompt has 1 to " + LONGEST_PROMPT + " characters");
        }
        within("width", width, Drawing.SMALLEST, Drawing.LARGEST);
        within("height", height, Drawing.SMALLEST, Drawing.LARGEST);
        within("count", count, 1, MOST_IMAGES);
        if (seed.isPresent() && (seed.getAsLong() < 0 || seed.getAsLong() > Drawing.LARGEST_SEED)) {
            throw new IllegalArgumentException("seed is a whole number, 0 to " + Drawing.LARGEST_SEED);
        }
    }

    /** @throws IllegalArgumentException with words for the caller, where a member is missing, wrong or out of range */
    static Order of(JsonObject body) {
        return new Order(
            text(body, "prompt").orElseThrow(() -> new IllegalArgumentException("prompt is missing")),
            number(body, "width", DEFAULT_SIZE), number(body, "height", DEFAULT_SIZE), number(body, "count", 1),
            text(body, "style").filter(style -> !style.isBlank()).map(Order::style), seed(body));
    }

    /** Whether it takes much longer than usual. */
    boolean slow() {
        return says("slow");
    }

    /** Whether it comes to nothing. */
    boolean fails() {
        return says("fail");
    }

    /**
     * One of its pictures.
     *
     * @param first the first one's seed
     */
    Drawing drawing(long first, int index) {
        return new Drawing(prompt, (first + index) & Drawing.LARGEST_SEED, width, height, style);
    }

    /** Not the prompt: it is nobody else's to read. */
    @Override
    public String toString() {
        return "Order[" + count + " of " + width + "x" + height + "]";
    }

    private boolean says(String word) {
        return prompt.toLowerCase(Locale.ROOT).contains(word);
    }

    private static Style style(String name) {
        return Style.parse(name).orElseThrow(() -> new IllegalArgumentException("style is one of "
            + Arrays.stream(Style.values()).map(Style::label).collect(Collectors.joining(", "))));
    }

    private static Optional<String> text(JsonObject body, String member) {
        JsonValue value = body.getOrDefault(member, JsonValue.NULL);
        if (value == JsonValue.NULL) {
            return Optional.empty();
        }
        if (value instanceof JsonString text) {
            return Optional.of(text.getString());
        }
        throw new IllegalArgumentException(member + " is a string");
    }

    private static int number(JsonObject body, String member, int otherwise) {
        JsonValue value = body.getOrDefault(member, JsonValue.NULL);
        if (value == JsonValue.NULL) {
            return otherwise;
        }
        if (value instanceof JsonNumber number && number.isIntegral()) {
            long exact = number.bigDecimalValue().precision() > 9 ? Integer.MAX_VALUE : number.longValue();
            return (int) exact;
        }
        throw new IllegalArgumentException(member + " is a whole number");
    }

    private static OptionalLong seed(JsonObject body) {
        JsonValue value = body.getOrDefault("seed", JsonValue.NULL);
        if (value == JsonValue.NULL) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(value instanceof JsonNumber number && number.isIntegral()
            && number.bigDecimalValue().precision() <= 10 ? number.longValue() : -1);
    }

    private static void within(String member, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(member + " is " + low + " to " + high);
        }
    }
}

package imagegen.backend;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.StringWriter;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a caller wants drawn.
 *
 * @param prompt in words; never logged
 * @param width  in pixels
 * @param height in pixels
 * @param count  how many images, at least one
 * @param style  the name of a style that the backend knows, or empty for its own choice
 * @param more   further members that the backend is configured to be given, as the caller wrote them
 */
public record Submission(String prompt, int width, int height, int count, Optional<String> style,
                         JsonObject more) {
    private static final JsonFactory JSON = new JsonFactory();

    public Submission {
        Objects.requireNonNull(style);
        Objects.requireNonNull(more);
        if (prompt.isBlank() || width < 1 || height < 1 || count < 1) {
            throw new IllegalArgumentException("a submission has a prompt, a size and a count");
        }
    }

    public Submission(String prompt, int width, int height, int count, Optional<String> style) {
        this(prompt, width, height, count, style, JsonValue.EMPTY_JSON_OBJECT);
    }

    /** As the backend's contract has it. */
    String json() {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("prompt", prompt);
            json.writeNumberProperty("width", width);
            json.writeNumberProperty("height", height);
            json.writeNumberProperty("count", count);
            style.ifPresent(name -> json.writeStringProperty("style", name));
            more.forEach((name, value) -> {
                json.writeName(name);
                json.writeRawValue(value.toString());
            });
            json.writeEndObject();
        }
        return text.toString();
    }

    /** Without the prompt, which belongs in no log. */
    @Override
    public String toString() {
        return "Submission[" + count + " of " + width + "x" + height + "]";
    }
}

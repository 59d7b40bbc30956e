package imagegen.rollout;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import java.util.Map;
import java.util.Objects;

/**
 * The transport that somebody gets.
 *
 * @param reason the configuration that says so, in words for people; names nobody but the caller
 */
public record TransportChoice(Transport transport, String reason) {

    /** Kept: each of the static methods of {@link Json} looks through all the server's jars for a provider. */
    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());

    public TransportChoice {
        Objects.requireNonNull(transport);
        Objects.requireNonNull(reason);
    }

    /** {@code {"transport","url","reason"}}, as {@code GET /api/image-gen/transport} and the transport event say it. */
    public JsonObject json(String contextPath) {
        return BUILDERS.createObjectBuilder().add("transport", transport.wireName())
                .add("url", transport.url(contextPath)).add("reason", reason).build();
    }
}

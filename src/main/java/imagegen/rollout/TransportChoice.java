package imagegen.rollout;

import static imagegen.problem.JsonP.JSON;

import jakarta.json.JsonObject;
import java.util.Objects;

/**
 * The transport that somebody gets.
 *
 * @param reason the configuration that says so, in words for people; names nobody but the caller
 */
public record TransportChoice(Transport transport, String reason) {

    public TransportChoice {
        Objects.requireNonNull(transport);
        Objects.requireNonNull(reason);
    }

    /** {@code {"transport","url","reason"}}, as {@code GET /api/image-gen/transport} and the transport event say it. */
    public JsonObject json(String contextPath) {
        return JSON.createObjectBuilder().add("transport", transport.wireName())
                .add("url", transport.url(contextPath)).add("reason", reason).build();
    }
}

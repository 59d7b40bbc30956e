package imagegen.delivery;

import static imagegen.problem.JsonP.JSON;

import imagegen.log.Resumption;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a subscriber is told beside updates.
 *
 * @param event the name of the SSE event, and the {@code event} member of a WebSocket message
 * @param json  its data: one line of JSON
 * @param retry the reconnection time that goes with it, where there is one
 */
public record Notice(String event, String json, Optional<Duration> retry) {

    public static final Notice HEARTBEAT = new Notice("heartbeat", "{\"type\":\"ping\"}");
    public static final Notice EXPIRED = new Notice("session", "{\"state\":\"expired\"}");

    private Notice(String event, String json) {
        this(event, json, Optional.empty());
    }

    /** Said first: how often at least something will be said, and the reconnection time. */
    public static Notice hello(Duration heartbeat, Duration retry) {
        return new Notice(HEARTBEAT.event(), "{\"type\":\"ping\",\"interval\":" + heartbeat.toMillis() + "}", Optional.of(retry));
    }

    public static Notice of(Resumption verdict) {
        return new Notice("resume", json(verdict).toString());
    }

    /** The server is going: come back after that time, every client after another. */
    public static Notice draining(Duration retry) {
        return new Notice("drain", "{\"retry\":" + retry.toMillis() + "}", Optional.of(retry));
    }

    /** The verdict's JSON: {@code {"verdict":"complete"}} or {@code {"verdict":"gap","reason":...}}. */
    public static JsonObject json(Resumption verdict) {
        return verdict == Resumption.COMPLETE ? JSON.createObjectBuilder().add("verdict", "complete").build()
                : JSON.createObjectBuilder().add("verdict", "gap").add("reason", word(verdict)).build();
    }

    /** The verdict in one word, as a gap's reason and as it is counted. */
    public static String word(Resumption verdict) {
        return switch (verdict) {
            case COMPLETE -> "complete";
            case GAP_EXPIRED -> "expired";
            case GAP_UNKNOWN -> "unknown";
        };
    }

    /** Go on with that transport; keep the cursor. */
    public static Notice moved(JsonObject choice) {
        return new Notice("transport", choice.toString());
    }

    public static Notice expiring(Instant at) {
        return session("expiring", at);
    }

    public static Notice renewed(Instant until) {
        return session("renewed", until);
    }

    private static Notice session(String state, Instant at) {
        return new Notice("session", JSON.createObjectBuilder().add("state", state)
                .add("expires_at", at.truncatedTo(ChronoUnit.SECONDS).toString()).build().toString());
    }

    /** The notice as one message of a transport that has no event names: the JSON with the name added. */
    public String asMessage() {
        return "{\"event\":\"" + event + "\"," + json.substring(1);
    }
}

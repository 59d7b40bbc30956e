package imagegen.rollout;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The ways in which updates travel to a browser. */
public enum Transport {
    SSE("/api/image-gen/events"),
    WEBSOCKET("/ws/image-gen"),
    POLLING("/api/image-gen/updates");

    private final String wireName;
    private final String path;

    Transport(String path) {
        this.wireName = name().toLowerCase(Locale.ROOT);
        this.path = path;
    }

    /** As it is written in configuration, in JSON and in metrics. */
    public String wireName() {
        return wireName;
    }

    /** Where it is served, root-relative. */
    public String url(String contextPath) {
        return contextPath + path;
    }

    public static Optional<Transport> parse(String wireName) {
        return Arrays.stream(values()).filter(it -> it.wireName.equals(wireName)).findFirst();
    }
}

package imagegen.bench;

import java.util.Arrays;

/** A way from the log to a client. */
enum Way {
    SSE("sse", "our SSE resource"),
    SINK("sink", "the container's `SseEventSink`"),
    BROADCASTER("broadcaster", "the container's `SseBroadcaster`"),
    WEBSOCKET("websocket", "our WebSocket endpoint"),
    POLLING("polling", "polling, 0.5 s apart");

    private final String word;
    private final String title;

    Way(String word, String title) {
        this.word = word;
        this.title = title;
    }

    static Way named(String word) {
        return Arrays.stream(values()).filter(way -> way.word.equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no way is named " + word));
    }

    String title() {
        return title;
    }

    /** Whether every single update arrives as long as nobody lags; the others leave out progress that is superseded. */
    boolean pushesEach() {
        return this != POLLING;
    }

    /** The connection of one user. */
    Connection connection(Load load, String user, String token) {
        return switch (this) {
            case SSE -> new EventStreamConnection(load, "/api/image-gen/events", token);
            case SINK -> new EventStreamConnection(load, "/bench/sink?user=" + user, token);
            case BROADCASTER -> new EventStreamConnection(load, "/bench/broadcaster?user=" + user, token);
            case WEBSOCKET -> new WebSocketConnection(load, "/ws/image-gen", token);
            case POLLING -> new PollingConnection(load, "/api/image-gen/updates", token);
        };
    }
}

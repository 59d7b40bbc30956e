package imagegen.it;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One open WebSocket and what came over it. */
public final class SocketStream implements AutoCloseable {

    private final WebSocket socket;
    private final BlockingQueue<JsonObject> messages;

    private SocketStream(WebSocket socket, BlockingQueue<JsonObject> messages) {
        this.socket = socket;
        this.messages = messages;
    }

    /** @throws WebSocketHandshakeException where the handshake is refused */
    public static SocketStream open(URI http, Map<String, String> headers) throws WebSocketHandshakeException {
        BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
        WebSocket.Builder builder = Gateway.HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(20));
        headers.forEach(builder::header);
        try {
            URI uri = URI.create(http.toString().replaceFirst("^http", "ws"));
            return new SocketStream(builder.buildAsync(uri, new Listener(messages)).join(), messages);
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw refused;
            }
            throw e;
        }
    }

    public JsonObject next(String status) {
        return next(message -> status.equals(message.getString("status", "")));
    }

    public JsonObject next(Predicate<JsonObject> fits) {
        long deadline = System.nanoTime() + EventStream.PATIENCE.toNanos();
        try {
            while (true) {
                JsonObject message = messages.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (message == null) {
                    throw new AssertionError("waited in vain");
                }
                if (fits.test(message)) {
                    return message;
                }
            }
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /** What has arrived and was not looked at. */
    public List<JsonObject> rest() {
        List<JsonObject> all = new ArrayList<>();
        messages.drainTo(all);
        return all;
    }

    @Override
    public void close() {
        socket.abort();
    }

    private static final class Listener implements WebSocket.Listener {

        private final BlockingQueue<JsonObject> messages;
        private final StringBuilder text = new StringBuilder();

        Listener(BlockingQueue<JsonObject> messages) {
            this.messages = messages;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                messages.add(Json.createReader(new StringReader(text.toString())).readObject());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            messages.add(Json.createObjectBuilder().add("event", "close").add("code", code).build());
            return null;
        }
    }
}

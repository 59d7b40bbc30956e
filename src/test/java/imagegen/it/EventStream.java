package imagegen.it;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One open event stream, read line by line by a thread of its own; deliberately not the gateway's own parser. */
public final class EventStream implements AutoCloseable {

    public static final Duration PATIENCE = Duration.ofSeconds(20);

    /** @param event {@code hello} for the heartbeat that comes first, {@code end} when the server closed the stream */
    public record Event(String event, String id, String data, String retry) {

        public JsonObject json() {
            return Json.createReader(new StringReader(data)).readObject();
        }

        /** {@code OK}, {@code ERROR} or {@code PROGRESS}, or the event's name where it is no update. */
        public String kind() {
            return event.equals("message") ? json().getString("status") : event;
        }

        public String requestId() {
            return event.equals("message") ? json().getString("request_id") : "";
        }
    }

    private final HttpResponse<InputStream> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private EventStream(HttpResponse<InputStream> response) {
        this.response = response;
    }

    public static EventStream open(HttpRequest.Builder request) {
        try {
            HttpResponse<InputStream> response = Gateway.HTTP.send(
                    request.header("Accept", "text/event-stream").build(), BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw new AssertionError(response.statusCode() + " "
                        + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
            }
            EventStream stream = new EventStream(response);
            Thread.ofVirtual().start(stream::read);
            return stream;
        } catch (IOException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    public HttpResponse<?> response() {
        return response;
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String event = "message";
            String id = "";
            String retry = "";
            String data = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("retry: ")) {
                    retry = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty()) {
                    events.add(new Event(data.contains("\"interval\"") ? "hello" : event, id, data, retry));
                    event = "message";
                    data = "";
                    id = "";
                    retry = "";
                }
            }
        } catch (IOException cut) {
            // Told below, like an end in good order
        }
        events.add(new Event("end", "", "", ""));
    }

    /** The next event of any kind. */
    public Event next() {
        return next(event -> true);
    }

    /** The next event that fits; the ones before it are let go. */
    public Event next(Predicate<Event> fits) {
        return until(fits).getLast();
    }

    /** The next update of that status. */
    public Event next(String status) {
        return next(event -> event.kind().equals(status));
    }

    /** Every event up to the one that fits, which comes last. */
    public List<Event> until(Predicate<Event> fits) {
        List<Event> seen = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (true) {
                Event event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (event == null) {
                    throw new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain; saw " + seen);
                }
                seen.add(event);
                if (fits.test(event)) {
                    return seen;
                }
                if (event.event().equals("end")) {
                    throw new AssertionError("the stream has ended; saw " + seen);
                }
            }
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /** What has arrived and was not looked at. */
    public List<Event> rest() {
        List<Event> all = new ArrayList<>();
        events.drainTo(all);
        return all;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            // It was closed already
        }
    }
}

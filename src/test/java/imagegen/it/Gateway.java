package imagegen.it;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The gateway as a client sees it over HTTP. */
public final class Gateway {

    public static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI base;

    public Gateway(URL deployed) {
        base = URI.create(deployed.toString().replaceFirst("//localhost", "//127.0.0.1"));
    }

    public Gateway(URI base) {
        this.base = base;
    }

    public URI at(String path) {
        return base.resolve(path);
    }

    /** A request that the test goes on to build; the path is relative to the context. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(at(path)).timeout(Duration.ofSeconds(40));
    }

    public HttpRequest.Builder request(String path, String token) {
        return request(path).header("Authorization", "Bearer " + token);
    }

    public HttpResponse<String> get(String path, String token) {
        return send(request(path, token));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /** Whether somebody is there and answers with that status. */
    public boolean answers(String path, int status) {
        try {
            return HTTP.send(request(path).build(), BodyHandlers.discarding()).statusCode() == status;
        } catch (IOException nobody) {
            return false;
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /**
     * Submits a prompt and answers the request's id.
     *
     * @param headers more of them, names and values by turns
     */
    public String submit(String token, String prompt, String... headers) {
        HttpRequest.Builder request = request("api/image-gen/requests", token);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> response = send(request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(
                        Json.createObjectBuilder().add("prompt", prompt).add("width", 128).add("height", 96).build()
                                .toString())));
        if (response.statusCode() != 202) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return json(response).getString("request_id");
    }

    public EventStream events(String query, String token) {
        return EventStream.open(request("api/image-gen/events" + query, token));
    }

    /** A socket on which the event stream was asked for: how it goes on is in the test's hands. */
    public Socket rawEvents(String token, String... headers) throws IOException {
        Socket socket = new Socket("127.0.0.1", base.getPort());
        String head = "GET " + at("api/image-gen/events").getRawPath() + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer " + token + "\r\n"
                + Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining()) + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** A socket on which a WebSocket was asked for and given. */
    Socket rawSocket(String token) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", base.getPort()));
        socket.getOutputStream().write(("GET " + at("ws/image-gen").getRawPath() + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer " + token + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 101".length());
        if (!new String(status, StandardCharsets.US_ASCII).endsWith("101")) {
            throw new AssertionError("no upgrade");
        }
        return socket;
    }

    /** A token of the embedded identity. */
    public String devToken(String user, Duration lifetime) {
        HttpResponse<String> response = send(request("api/embedded/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=" + user + "&lifetime=" + lifetime.toSeconds())));
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return json(response).getString("access_token");
    }

    public String transport(String token) {
        return json(get("api/image-gen/transport", token)).getString("transport");
    }

    /** @param series as it is written in the metrics, with or without its labels: all that fit are summed up */
    public double metric(String series) {
        return send(request("api/metrics")).body().lines().filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    /** How many streams the server holds open over that transport. */
    public int openStreams(String transport) {
        return (int) metric("image_gen_streams_open{transport=\"" + transport + "\"}");
    }

    public static JsonObject json(HttpResponse<String> response) {
        return Json.createReader(new StringReader(response.body())).readObject();
    }

    /** The last part of a problem document's type. */
    public static String problem(HttpResponse<String> response) {
        String media = response.headers().firstValue("Content-Type").orElse("none");
        if (!media.startsWith("application/problem+json")) {
            throw new AssertionError(response.statusCode() + " is no problem document but " + media + ": "
                    + response.body());
        }
        String type = json(response).getString("type");
        return type.substring(type.lastIndexOf(':') + 1);
    }
}

package imagegen.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.it.Eventually;
import imagegen.it.Gateway;
import imagegen.server.ServerProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that ask for much and read nothing, of every kind of answer there is; and what the page's files come as. */
class SlowReadersIT {

    private static final int SOCKETS = 64;
    private static final int PIPELINED = 40;
    private static final Duration STALL = Duration.ofSeconds(2);
    private static final ServerProcess SERVER = Attacked.named("slow-readers")
            .with("image-gen.delivery.stall-timeout", STALL);

    private static Neighbour neighbour;
    private static String script;
    private final Gateway gateway = new Gateway(SERVER.uri());

    @BeforeAll
    static void start() {
        SERVER.start();
        neighbour = new Neighbour(SERVER.uri(), "neighbour");
        neighbour.oneWait();
        Gateway gateway = new Gateway(SERVER.uri());
        var link = Pattern.compile("src=\"./(assets/[^\"]+\\.js)\"")
                .matcher(gateway.send(gateway.request("")).body());
        assertTrue(link.find());
        script = link.group(1);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** With an account where one is needed. */
    private void readsNothing(String path) {
        neighbour.looksAtTheClock();
        String token = gateway.devToken("mallory", Duration.ofHours(1));
        String request = RawClient.head("GET /" + path + " HTTP/1.1", "Authorization: Bearer " + token);
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int socket = 0; socket < SOCKETS; socket++) {
                RawClient client = RawClient.to(SERVER.uri(), 4096);
                clients.add(client);
                client.trySends(request.repeat(PIPELINED));
            }
            neighbour.isServedAsUsual();
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void aScriptThatNobodyReadsTakesNoThread() {
        readsNothing(script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "theme.js", "assets/nothing", "api/nothing", "nothing", "api/image-gen/updates",
        "api/image-gen/updates?wait=20", "api/image-gen/transport", "api/image-gen/events",
        "api/image-gen/requests/nothing"})
    void neitherDoesAnyOtherAnswer(String path) {
        readsNothing(path);
    }

    @Test
    void whoTakesNothingOfAFileIsDropped() {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int socket = 0; socket < 4; socket++) {
                RawClient client = RawClient.to(SERVER.uri(), 4096);
                clients.add(client);
                // As much as no kernel takes for somebody who does not read
                client.sends(RawClient.head("GET /" + script + " HTTP/1.1").repeat(PIPELINED));
            }
            Eventually.holds(() -> clients.stream().noneMatch(client -> client.trySends("G")));
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    // What the files come as

    private HttpResponse<byte[]> file(String path, String... headers) {
        try {
            var request = gateway.request(path);
            if (headers.length > 0) {
                request.headers(headers);
            }
            return Gateway.HTTP.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aScriptComesCompressedToWhoTakesIt() throws IOException {
        HttpResponse<byte[]> plain = file(script);
        HttpResponse<byte[]> compressed = file(script, "Accept-Encoding", "br;q=1, gzip");
        assertTrue(compressed.body().length * 2 < plain.body().length);
        assertEquals("gzip", compressed.headers().firstValue("Content-Encoding").orElseThrow());
        assertEquals("Accept-Encoding", compressed.headers().firstValue("Vary").orElseThrow());
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(compressed.body()))) {
            assertEquals(new String(plain.body(), UTF_8), new String(unpacked.readAllBytes(), UTF_8));
        }
        assertFalse(file(script, "Accept-Encoding", "gzip;q=0").headers().firstValue("Content-Encoding").isPresent());
    }

    @Test
    void whatIsNamedByItsContentIsGoodForEverAndTheRestIsAskedForAgain() {
        assertTrue(file(script).headers().firstValue("Cache-Control").orElseThrow().contains("immutable"));
        assertEquals("no-cache", file("").headers().firstValue("Cache-Control").orElseThrow());
        HttpResponse<byte[]> missing = file("assets/nothing.js");
        assertEquals(404, missing.statusCode());
        assertEquals("no-store", missing.headers().firstValue("Cache-Control").orElseThrow());
    }

    @Test
    void whatTheClientHasIsNotSentAgain() {
        String tag = file("").headers().firstValue("ETag").orElseThrow();
        HttpResponse<byte[]> known = file("", "If-None-Match", "\"x\", " + tag);
        assertEquals(304, known.statusCode());
        assertEquals(tag, known.headers().firstValue("ETag").orElseThrow());
        assertEquals(0, known.body().length);
    }

    @Test
    void headTellsWhatGetWould() throws IOException, InterruptedException {
        var head = Gateway.HTTP.send(gateway.request(script).HEAD().build(), BodyHandlers.ofByteArray());
        assertEquals(200, head.statusCode());
        assertEquals(file(script).headers().firstValue("Content-Length"), head.headers().firstValue("Content-Length"));
        assertEquals("text/javascript; charset=utf-8",
                head.headers().firstValue("Content-Type").orElseThrow().replace(";charset", "; charset")
                        .replace("UTF-8", "utf-8"));
        assertEquals(0, head.body().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"WEB-INF/web.xml", "META-INF/MANIFEST.MF", "assets/",
        "assets/../WEB-INF/web.xml", "assets/%2e%2e/WEB-INF/web.xml", "%2e%2e/%2e%2e/WEB-INF/web.xml"})
    void nothingElseIsAFile(String path) {
        String answer = raw(path);
        assertTrue(answer.startsWith("HTTP/1.1 40"), answer);
    }

    /** Which some servers take for a way to write the path that is left, as RFC 3986 (5.2.4) has it, and others refuse. */
    @Test
    void aPathThatClimbsEndsAtThePage() {
        String answer = raw("%2e%2e/");
        String page = raw("");
        String body = page.substring(page.indexOf("\r\n\r\n"));
        assertTrue(answer.startsWith("HTTP/1.1 40") || answer.endsWith(body), answer);
    }

    private static String raw(String path) {
        try (RawClient client = RawClient.to(SERVER.uri())) {
            return client.sends(RawClient.head("GET /" + path + " HTTP/1.1", "Connection: close"))
                    .hearsToTheEnd(Duration.ofSeconds(20));
        }
    }
}

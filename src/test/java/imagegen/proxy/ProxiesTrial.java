package imagegen.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import imagegen.it.EventStream;
import imagegen.it.Eventually;
import imagegen.it.Gateway;
import imagegen.it.SocketStream;
import imagegen.server.ServerProcess;
import imagegen.update.Cursor;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code mvn -Pproxies}: what the operating guide promises of its proxies, with each that is installed. */
class ProxiesTrial {

    private static final Path FLAG = Path.of("target", "proxies-rollout.properties").toAbsolutePath();
    private static final ServerProcess SERVER = ServerProcess.named("proxies")
            .with("image-gen.backend.url", "embedded")
            .with("image-gen.embedded.pace", "PT4S")
            .with("image-gen.embedded.key-file", Path.of("target", "proxies-key.pem").toAbsolutePath())
            .with("image-gen.rollout.file", FLAG);
    private static final Duration HOUR = Duration.ofHours(1);
    /** A picture takes seconds: what waits for a buffer to fill waits for its end. */
    private static final Duration PROMPTLY = Duration.ofMillis(500);

    private final Gateway direct = new Gateway(SERVER.uri());
    private ProxyProcess proxy;
    private Gateway proxied;

    /** Alice has Server-Sent Events, all others the WebSocket. */
    @BeforeAll
    static void start() throws IOException {
        Files.writeString(FLAG, "image-gen.transport=rollout\nimage-gen.rollout.users=alice\n");
        SERVER.start();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private void through(Kind kind) {
        assumeTrue(kind.program().isPresent(),
                () -> kind + " is not installed here: its configuration in the guide is not tried");
        proxy = ProxyProcess.start(kind, SERVER.uri());
        proxied = new Gateway(proxy.uri());
        Eventually.holds(() -> !proxy.runs() || proxied.answers("api/image-gen/transport", 401));
        assertTrue(proxy.runs(), () -> "it has ended; target/proxies has its log");
    }

    @AfterEach
    void close() {
        if (proxy != null) {
            proxy.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachEventIsHandedOnAtOnce(Kind kind) {
        through(kind);
        String token = direct.devToken("alice", HOUR);
        try (EventStream here = direct.events("", token);
                EventStream there = EventStream.open(proxied.request("api/image-gen/events", token)
                        .header("Accept-Encoding", "gzip, br"))) {
            assertTrue(there.response().headers().firstValue("Content-Encoding").isEmpty());
            String request = proxied.submit(token, "a lake");
            Set<String> kinds = new HashSet<>();
            long arrived = 0;
            while (!kinds.contains("OK")) {
                EventStream.Event event = here.next(it -> it.data().contains(request));
                kinds.add(event.kind());
                long sent = System.nanoTime();
                // Of progress that is overtaken a stream may leave some out
                if (arrived < place(event)) {
                    arrived = place(there.next(it -> !it.id().isEmpty() && place(it) >= place(event)));
                }
                Duration late = Duration.ofNanos(System.nanoTime() - sent);
                assertTrue(late.compareTo(PROMPTLY) < 0, () -> event + " came " + late.toMillis() + " ms late");
            }
            assertTrue(kinds.contains("PROGRESS"));
        }
    }

    private static long place(EventStream.Event event) {
        return Cursor.parse(event.id()).orElseThrow().sequence();
    }

    @ParameterizedTest
    @EnumSource
    void aSocketOpensAndCarriesAPicture(Kind kind) throws Exception {
        through(kind);
        String token = direct.devToken("bob", HOUR);
        try (SocketStream socket = SocketStream.open(proxied.at("ws/image-gen"),
                Map.of("Authorization", "Bearer " + token))) {
            proxied.submit(token, "a lake");
            socket.next("PROGRESS");
            socket.next("OK");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHostThatTheBrowserAskedForIsKept(Kind kind) throws Exception {
        through(kind);
        String token = direct.devToken("bob", HOUR);
        String origin = "http://" + proxy.uri().getAuthority();
        HttpResponse<String> session = proxied.send(proxied.request("api/image-gen/session", token)
                .header("Origin", origin).POST(BodyPublishers.noBody()));
        assertEquals(200, session.statusCode(), session::body);
        String cookie = session.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        SocketStream.open(proxied.at("ws/image-gen"), Map.of("Cookie", cookie, "Origin", origin)).close();
        assertEquals(204, proxied.send(proxied.request("api/image-gen/session").header("Cookie", cookie)
                .header("Origin", origin).DELETE()).statusCode());
    }

    /** However it is spelled: Payara, for one, answers some of these as it answers the plain path. */
    @ParameterizedTest
    @EnumSource
    void whatIsNotForThePublicIsNotThere(Kind kind) throws IOException {
        through(kind);
        for (String path : List.of("/api/metrics", "/api/metrics/", "/api/metrics?x=1", "/health", "/health/ready",
                "/health/live", "/metrics", "/openapi", "/openapi/", "/api;x/metrics", "/api/metrics;x",
                "/;x/api/metrics", "//api/metrics", "/api//metrics", "/api/./metrics", "/x/../api/metrics", "/%61pi/metrics",
                "/api/%6Detrics", "/api%2Fmetrics", "/api/%2e/metrics", "/health;x/ready", "//health", "/%68ealth",
                "/./health/ready", "/api/metrics%3Bx", "/api\\metrics", "/\\health")) {
            String answer = answer(path);
            assertTrue(answer.matches("(?s)HTTP/1\\.1 4\\d\\d .*"), () -> path + " was answered " + answer);
            assertFalse(answer.contains("image_gen_") || answer.contains("\"UP\""), () -> path + " came through");
        }
        assertTrue(answer("/api/image-gen/transport").startsWith("HTTP/1.1 401"));
    }

    /** To a path as it is written, which clients would tidy up. */
    private String answer(String path) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", proxy.uri().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}

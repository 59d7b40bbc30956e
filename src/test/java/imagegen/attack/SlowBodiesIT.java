package imagegen.attack;

import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.it.Gateway;
import imagegen.server.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that come slowly, are too large, or that nobody asked for. */
class SlowBodiesIT {

    /** Four times the threads of the server's pool. */
    private static final int SOCKETS = 64;
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final ServerProcess SERVER = Attacked.named("slow-bodies");

    private static Neighbour neighbour;
    private final Gateway gateway = new Gateway(SERVER.uri());

    @BeforeAll
    static void start() {
        SERVER.start();
        neighbour = new Neighbour(SERVER.uri(), "neighbour");
        neighbour.oneWait();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /", "POST /api/nothing", "POST /api/image-gen/session", "DELETE /api/image-gen/session",
        "POST /v1/image-gen/nothing", "PUT /api/image-gen/requests", "POST /assets/x", "POST /problem"})
    void aBodyThatNobodyExpectsIsRefusedUnread(String request) {
        try (RawClient client = RawClient.to(SERVER.uri())) {
            String answer = client.sends(RawClient.head(request + " HTTP/1.1",
                    "Content-Type: application/x-www-form-urlencoded", "Content-Length: 500")).hearsToTheEnd(DEADLINE);
            assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
            assertTrue(answer.contains("application/problem+json"), answer);
            assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET /api/image-gen/events", "HEAD /", "GET /assets/x"})
    void soIsOneOfARequestThatAsksForSomething(String request) {
        try (RawClient client = RawClient.to(SERVER.uri())) {
            String answer = client.sends(RawClient.head(request + " HTTP/1.1", "Content-Length: 500"))
                    .hearsToTheEnd(DEADLINE);
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
            assertTrue(answer.contains("application/problem+json"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/embedded/token", "/api/nothing"})
    void formsThatNeverComeTakeNoThread(String path) {
        neighbour.looksAtTheClock();
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int socket = 0; socket < SOCKETS; socket++) {
                clients.add(RawClient.to(SERVER.uri()).sends(RawClient.head("POST " + path + " HTTP/1.1",
                        "Content-Type: application/x-www-form-urlencoded", "Content-Length: 500")));
            }
            neighbour.isServedAsUsual();
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void aBodyByDribletsIsCutWhenItsTimeIsOverHoweverBusyItIs() {
        neighbour.looksAtTheClock();
        String token = gateway.devToken("mallory", Duration.ofHours(1));
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int socket = 0; socket < SOCKETS; socket++) {
                clients.add(RawClient.to(SERVER.uri()).sends(RawClient.head("POST /api/image-gen/requests HTTP/1.1",
                        "Authorization: Bearer " + token, "Content-Type: application/json", "Content-Length: 500")));
            }
            long began = System.nanoTime();
            while (clients.getFirst().trySends("{")) {
                clients.forEach(client -> client.trySends(" "));
                assertTrue(System.nanoTime() - began < DEADLINE.toNanos(), "they are still open");
                neighbour.isServedAsUsual();
            }
            String answer = clients.getLast().hearsToTheEnd(DEADLINE);
            assertTrue(answer.isEmpty() || answer.contains("body-timeout"), answer);
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void aSubmissionInSmallPiecesIsTakenAllTheSame() {
        String token = gateway.devToken("ada", Duration.ofHours(1));
        String body = "{\"prompt\":\"a lake\",\"width\":128,\"height\":96}";
        try (RawClient client = RawClient.to(SERVER.uri())) {
            client.sends(RawClient.head("POST /api/image-gen/requests HTTP/1.1", "Authorization: Bearer " + token,
                    "Connection: close", "Content-Type: application/json", "Content-Length: " + body.length()));
            body.chars().forEach(letter -> client.sends(String.valueOf((char) letter)));
            String answer = client.hearsToTheEnd(DEADLINE);
            assertTrue(answer.startsWith("HTTP/1.1 202"), answer);
        }
    }

    @Test
    void aFormOfFiftyMegabytesIsRefusedBeforeItIsRead() {
        try (RawClient client = RawClient.to(SERVER.uri())) {
            client.sends(RawClient.head("POST /api/embedded/token HTTP/1.1",
                    "Content-Type: application/x-www-form-urlencoded", "Content-Length: " + (50 << 20)));
            String answer = client.hearsToTheEnd(DEADLINE);
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
            assertTrue(answer.contains("body-too-large"), answer);
        }
    }

    @Test
    void oneThatDoesNotSaySoIsCutWhereItIsTooLarge() {
        try (RawClient client = RawClient.to(SERVER.uri())) {
            client.sends(RawClient.head("POST /api/embedded/token HTTP/1.1", "Transfer-Encoding: chunked",
                    "Content-Type: application/x-www-form-urlencoded"));
            String chunk = "400\r\n" + "a".repeat(1024) + "\r\n";
            int chunks = 0;
            while (chunks < 10_000 && client.trySends(chunk)) {
                chunks++;
            }
            assertTrue(chunks < 10_000, "it took 10 MB");
        }
    }

    @Test
    void aHundredClientsThatBreakOffAreNoStackTraces() {
        neighbour.looksAtTheClock();
        int before = SERVER.said().length();
        for (int client = 0; client < 100; client++) {
            RawClient.to(SERVER.uri()).sends(RawClient.head("POST /api/embedded/token HTTP/1.1",
                    "Content-Type: application/x-www-form-urlencoded", "Content-Length: 500") + "user").close();
        }
        neighbour.isServedAsUsual();
        // Payara, which may be calling back as the connection goes, has a word to say about one now and then
        assertTrue(SERVER.said().length() - before < 5_000, () -> SERVER.said().substring(before));
    }
}

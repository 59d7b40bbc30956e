package imagegen.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.config.Settings;
import imagegen.time.Time;
import imagegen.update.Decoded;
import imagegen.update.RequestId;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HttpBackendTest {
    private final FakeBackend fake = FakeBackend.start();
    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    private final Reach reach = new Reach(Time.system());
    private final BackendConfig config = BackendConfig.from(new Settings(key -> Optional.ofNullable(Map.of(
            "image-gen.backend.url", "embedded", "image-gen.backend.stream", "per-request",
            "image-gen.backend.request-id-parameter", "request_id",
            "image-gen.backend.connect-timeout", "PT1S", "image-gen.backend.read-timeout", "PT2S").get(key))));
    private Optional<URI> address = Optional.of(fake.url());
    private final HttpBackend backend = new HttpBackend(config, () -> address, executor,
            Thread::startVirtualThread, new HttpStreams(config, executor, executor, scheduler, reach), reach);

    private static final String ALICE = "token-of-alice";
    private static final RequestId R1 = new RequestId("r-1");
    private static final Submission FOX = new Submission("a \"fox\" \u00e4", 512, 256, 2, Optional.of("ink"));

    private static <T> T of(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static <T extends Throwable> T failureOf(Class<T> type, CompletionStage<?> stage) {
        return assertInstanceOf(type, assertThrows(CompletionException.class, () -> of(stage)).getCause());
    }

    private static final class Silent implements EventStream.Listener {
        private final CountDownLatch opened = new CountDownLatch(1);

        @Override
        public void message(byte[] data) {
            // not looked at
        }

        @Override
        public void opened() {
            opened.countDown();
        }

        @Override
        public void lost(String reason) {
            // not looked at
        }

        @Override
        public void unreadable(String kind) {
            // not looked at
        }

        @Override
        public void ended(EventStream.End end) {
            // not looked at
        }
    }

    @AfterEach
    void close() {
        backend.close();
        fake.close();
        scheduler.shutdownNow();
        executor.shutdownNow();
    }

    @Test
    void namesTheRequestOfAStreamThatIsAboutOne() throws InterruptedException {
        var listener = new Silent();
        backend.open(() -> Optional.of("token-of-alice"), Optional.of(new RequestId("r-1")), "", listener);
        assertTrue(listener.opened.await(10, TimeUnit.SECONDS));
        assertEquals("/v1/image-gen/events?request_id=r-1", fake.calls().getFirst().target());
    }

    @Test
    void looksWhetherTheBackendAnswersWhenNothingWasLearnedForAWhile() {
        backend.probe();
        fake.awaitCalls("OPTIONS /v1/image-gen/requests", 1);
        assertFalse(fake.calls().getFirst().headers().containsKey("authorization"));
    }

    @Test
    void isUnavailableUntilItIsKnownWhereTheBackendIs() {
        address = Optional.empty();
        assertFalse(backend.located());
        backend.probe();
        var failure = assertThrows(CompletionException.class,
                backend.cancel("token", new RequestId("r-1")).toCompletableFuture()::join);
        assertInstanceOf(BackendException.Unavailable.class, failure.getCause());
        assertEquals(0, fake.calls().size());
    }

    @Test
    void closesItsStreamsWithItself() {
        backend.open(() -> Optional.of("token-of-alice"), Optional.empty(), "", new Silent());
        fake.awaitOpenStreams(1);
        backend.close();
        fake.awaitOpenStreams(0);
    }

    @Test
    void submitsWhatTheCallerWantsUnderTheirTokenAndKey() {
        var id = of(backend.submit(ALICE, FOX, Optional.of("key")));
        var call = fake.calls("POST /v1/image-gen/requests").getFirst();
        assertEquals("{\"prompt\":\"a \\\"fox\\\" \u00e4\",\"width\":512,\"height\":256,\"count\":2,\"style\":\"ink\"}",
                call.body());
        assertEquals("Bearer " + ALICE, call.headers().get("authorization"));
        assertEquals("key", call.headers().get("idempotency-key"));
        assertTrue(fake.jobs().contains(id.value()));
    }

    @Test
    void asksForARequestByOneSegmentOfThePath() {
        fake.has("alice", "a:b").succeeds("a:b");
        assertInstanceOf(Decoded.Valid.class, of(backend.status(ALICE, new RequestId("a:b"))).orElseThrow());
    }

    @Test
    void tellsAnAnswerFromNone() {
        fake.has("alice", "r-1").succeeds("r-1");
        assertInstanceOf(Decoded.Valid.class, of(backend.status(ALICE, R1)).orElseThrow());
        assertEquals(Optional.empty(), of(backend.status(ALICE, new RequestId("r-2"))));
        assertFalse(of(backend.cancel(ALICE, new RequestId("r-2"))));
        fake.refusesToken(ALICE);
        assertEquals(401, failureOf(BackendException.Unauthorized.class, backend.status(ALICE, R1)).status());
        fake.refusesCalls();
        assertEquals(Optional.of(Duration.ofSeconds(1)),
                failureOf(BackendException.Unavailable.class, backend.status(ALICE, R1)).retryAfter());
        assertEquals(Optional.of("it answered 503"), reach.latest().orElseThrow().reason());
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void anAnswerToASubmissionThatMakesNoSenseIsTheBackendsFault(String answer) {
        fake.answersCallsWith(answer);
        failureOf(BackendException.Refused.class, backend.submit(ALICE, FOX, Optional.empty()));
    }

    static List<String> nonsense() {
        var deep = "[".repeat(100_000) + "]".repeat(100_000);
        return List.of("", "no json", "[]", "{}", "{\"request_id\":7}", "{\"request_id\":\"..\"}",
                "{\"request_id\":{\"request_id\":\"r-1\"}}", deep, "{\"a\":" + deep + ",\"request_id\":\"r-1\"}",
                "{\"a\":\"" + "x".repeat(2_000_000) + "\",\"request_id\":\"r-1\"}");
    }

    @Test
    void holdsNoThreadWhileItWaitsAndGivesUpInTime() {
        fake.neverAnswersCalls();
        var threads = ManagementFactory.getThreadMXBean();
        var before = threads.getThreadCount(); // none of the virtual ones
        var waiting = IntStream.range(0, 50).mapToObj(i -> backend.status(ALICE, R1)).toList();
        fake.awaitCalls("GET /v1/image-gen/requests/r-1", 50);
        assertTrue(threads.getThreadCount() - before < 25, () -> "threads: " + before + ", " + threads.getThreadCount());
        fake.servesCalls();
        assertEquals(Optional.empty(), of(backend.status(ALICE, new RequestId("r-2"))), "while 50 calls wait");
        waiting.forEach(stage -> failureOf(BackendException.Timeout.class, stage));
        assertEquals(Optional.of("it did not answer in time"), reach.latest().orElseThrow().reason());
    }

    @Test
    void repeatsUnderTheSameKeyACallWhoseConnectionWasDead() {
        fake.dropsCalls(1);
        of(backend.submit(ALICE, FOX, Optional.empty()));
        var keys = fake.calls("POST /v1/image-gen/requests").stream()
                .map(it -> it.headers().get("idempotency-key")).toList();
        assertEquals(2, keys.size());
        assertEquals(keys.getFirst(), keys.getLast());
        fake.dropsCalls(2);
        failureOf(BackendException.Unavailable.class, backend.cancel(ALICE, R1));
    }
}

package imagegen.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.time.Time;
import imagegen.update.RequestId;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What needs no Rest Client; the calls are tested in the server, which has one. */
class HttpBackendTest {
    private final FakeBackend fake = FakeBackend.start();
    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    private final Reach reach = new Reach(Time.system());
    private final BackendConfig config = BackendConfig.from(new Settings(key -> Optional.ofNullable(Map.of(
            "image-gen.backend.url", "embedded", "image-gen.backend.stream", "per-request",
            "image-gen.backend.request-id-parameter", "request_id").get(key))));
    private Optional<URI> address = Optional.of(fake.url());
    private final HttpBackend backend = new HttpBackend(config, () -> address, executor,
            new BackendEvents(config, executor, scheduler, reach), reach);

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
        backend.open(() -> Optional.of("token-of-alice"), Optional.of(new RequestId("r-1")), listener);
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
        backend.open(() -> Optional.of("token-of-alice"), Optional.empty(), new Silent());
        fake.awaitOpenStreams(1);
        backend.close();
        fake.awaitOpenStreams(0);
    }
}

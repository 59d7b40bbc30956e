package imagegen.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.config.Settings;
import imagegen.time.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpStreamsTest {
    private final FakeBackend backend = FakeBackend.start();
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    private final Reach reach = new Reach(Time.system());
    private final AtomicReference<Optional<String>> token = new AtomicReference<>(Optional.of("token-of-alice"));
    private final Heard heard = new Heard();
    private HttpStreams events;

    private EventStream opens(Duration silence) {
        var defaults = BackendConfig.from(new Settings(key -> Optional.ofNullable(
                switch (key) {
                    case "image-gen.backend.url" -> backend.url().toString();
                    case "image-gen.backend.silence-timeout" -> silence.toString();
                    default -> null;
                })));
        events = new HttpStreams(defaults, executor, executor, scheduler, reach);
        return events.open(java.net.URI.create(backend.url() + defaults.eventsPath()), token::get, "", heard);
    }

    private EventStream opens() {
        return opens(Duration.ofSeconds(60));
    }

    @AfterEach
    void close() {
        events.close();
        backend.close();
        scheduler.shutdownNow();
        executor.shutdownNow();
    }

    @Test
    void passesTheTokenOnAndHandsMessagesOverInOrder() {
        opens();
        heard.next("opened");
        backend.has("alice", "r-1").progresses("r-1", 10).progresses("r-1", 20).succeeds("r-1");
        assertTrue(heard.next("message").contains("\"progress\":10"));
        assertTrue(heard.next("message").contains("\"progress\":20"));
        assertTrue(heard.next("message").contains("\"OK\""));
        assertEquals("Bearer token-of-alice", backend.calls("GET /v1/image-gen/events").getFirst().headers()
                .get("authorization"));
        assertTrue(reach.latest().orElseThrow().up());
    }

    @Test
    void comesBackAfterACutInTheMiddleOfAnEventWithoutHandingItOver() {
        opens();
        heard.next("opened");
        backend.cutsMidEvent();
        heard.next("lost");
        heard.next("opened");
        backend.has("alice", "r-1").succeeds("r-1");
        assertTrue(heard.next("message").contains("r-1"));
    }

    @Test
    void comesBackAfterARestart() {
        opens();
        heard.next("opened");
        backend.stops();
        heard.next("lost");
        backend.startsAgain();
        heard.nextOf("opened");
        assertTrue(reach.latest().orElseThrow().up());
    }

    @Test
    void countsA503AsTrouble() {
        backend.answers503ForAWhile(1_000_000);
        opens();
        assertEquals("it answered 503", heard.next("lost"));
        assertEquals(Optional.of("it answered 503"), reach.latest().orElseThrow().reason());
    }

    @Test
    void noticesAStreamThatHasGoneSilent() {
        backend.goesSilent();
        opens(Duration.ofSeconds(1));
        heard.next("opened");
        assertEquals("its stream went silent", heard.next("lost"));
    }

    @Test
    void endsWhenTheTokenIsRefused() {
        backend.refusesToken("token-of-alice");
        opens();
        assertEquals("TOKEN_REFUSED", heard.next("ended"));
    }

    @Test
    void neverAsksWithoutAToken() {
        token.set(Optional.empty());
        opens();
        assertEquals("TOKEN_REFUSED", heard.next("ended"));
        assertEquals(0, backend.calls().size());
    }

    @Test
    void freesItsConnectionWhenItIsClosed() {
        var stream = opens();
        backend.awaitOpenStreams(1);
        stream.close();
        backend.awaitOpenStreams(0);
    }

    /** What a listener heard, for a test to wait for. */
    private static final class Heard implements EventStream.Listener {
        private record Word(String kind, String text) {}

        private final BlockingQueue<Word> words = new LinkedBlockingQueue<>();

        /** The next word, which must be of this kind. */
        String next(String kind) {
            try {
                var word = words.poll(10, TimeUnit.SECONDS);
                assertEquals(kind, word == null ? "nothing" : word.kind);
                return word.text;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        /** Skips whatever comes before it. */
        void nextOf(String kind) {
            try {
                for (var word = words.poll(10, TimeUnit.SECONDS); !kind.equals(word.kind); ) {
                    word = words.poll(10, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        @Override
        public void message(byte[] data) {
            words.add(new Word("message", new String(data, StandardCharsets.UTF_8)));
        }

        @Override
        public void opened() {
            words.add(new Word("opened", ""));
        }

        @Override
        public void lost(String reason) {
            words.add(new Word("lost", reason));
        }

        @Override
        public void unreadable(String kind) {
            words.add(new Word("unreadable", kind));
        }

        @Override
        public void ended(EventStream.End end) {
            words.add(new Word("ended", end.name()));
        }
    }
}

package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.sse.ConnectionState.Connecting;
import imagegen.sse.ConnectionState.Ended;
import imagegen.sse.ConnectionState.Open;
import imagegen.sse.ConnectionState.Waiting;
import jakarta.ws.rs.sse.InboundSseEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {false, true})
@Timeout(30)
class HttpEventSourceTest {

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(2);
    private static final Backoff EXACTLY_A_SECOND = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1),
            Duration.ofMinutes(1), Duration.ofSeconds(10), 0, () -> 1);

    private final TurnedTimer timer = new TurnedTimer();
    private final ExecutorService consumerThread = Executors.newSingleThreadExecutor();
    private final HttpEventSources sources;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<ConnectionState> states = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
    private final BlockingQueue<EventStreamParser.TooLong> leftOut = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> consumerFailures = new LinkedBlockingQueue<>();
    private final AtomicInteger completions = new AtomicInteger();
    private MisbehavingServer server;
    private HttpEventSource source;

    /** @param inPlace whether the client has what it reads worked through at once, or by other threads */
    HttpEventSourceTest(boolean inPlace) {
        sources = new HttpEventSources(() -> client(inPlace ? Runnable::run : THREADS), consumerThread, timer);
    }

    private static HttpClient client(Executor executor) {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(executor).build();
    }

    @BeforeEach
    void startServer() throws IOException {
        server = new MisbehavingServer();
    }

    @AfterEach
    void stopServer() throws IOException {
        if (source != null) {
            source.close();
        }
        server.close();
        consumerThread.shutdown();
        assertEquals(0, sources.watchdog().size(), "connections still watched");
        sources.close();
    }

    @AfterAll
    static void stopThreads() {
        THREADS.shutdownNow();
    }

    // Receiving

    @Test
    void deliversEvents() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("event: a\nid: 1\ndata: one\n\n: comment\n\ndata: two\n\n");
        open();
        assertEquals("a 1 one", next(events));
        assertEquals("message null two", next(events));
        assertEquals(List.of(new Connecting(), new Open()), List.of(next(states), next(states)));
    }

    @Test
    void asksForAnEventStream() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("");
        open();
        var request = server.request();
        assertEquals("GET /events HTTP/1.1", request.line());
        assertEquals(Optional.of("text/event-stream"), request.header("Accept"));
        assertEquals(Optional.of("no-cache"), request.header("Cache-Control"));
        assertEquals(Optional.of("identity"), request.header("Accept-Encoding"));
        assertEquals(Optional.empty(), request.header("Last-Event-ID"));
        assertEquals(Optional.empty(), request.header("Authorization"));
    }

    @Test
    void sendsTheHeadersItIsGivenAndTheTokenOfTheMoment() throws InterruptedException {
        var tokens = new AtomicInteger();
        server.respondsWithDataAndThenEnds("").respondsWithDataAndThenStaysOpen("");
        open(builder -> builder.header("X-Tenant", "t").bearerToken(() -> Optional.of("t" + tokens.incrementAndGet())));
        var first = server.request();
        assertEquals(Optional.of("t"), first.header("X-Tenant"));
        assertEquals(Optional.of("Bearer t1"), first.header("Authorization"));
        reconnects();
        assertEquals(Optional.of("Bearer t2"), server.request().header("Authorization"));
    }

    @Test
    void beginsWhereItIsToldTo() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("data: a\n\n");
        open(builder -> builder.lastEventId("41"));
        assertEquals(Optional.of("41"), server.request().header("Last-Event-ID"));
        next(events);
        assertEquals("41", source.lastEventId());
    }

    @Test
    void deliversBytesAndSayWhatAnEventCarries() throws InterruptedException {
        var received = new LinkedBlockingQueue<InboundSseEvent>();
        server.respondsWithDataAndThenStaysOpen("id: 5\nretry: 700\ndata: {}\n\ndata:\n\n");
        source = builder().build();
        source.register(received::add);
        source.open();
        var event = (ReceivedEvent) next(received);
        assertEquals("{}", new String(event.bytes(), java.nio.charset.StandardCharsets.UTF_8));
        assertEquals("{}", event.readData(String.class));
        assertEquals(2, event.readData(byte[].class).length);
        assertEquals(700, event.getReconnectDelay());
        assertEquals("5", event.getId());
        var second = (ReceivedEvent) next(received);
        assertTrue(second.isEmpty());
        assertFalse(second.isReconnectDelaySet());
        assertEquals("5", second.lastEventId());
        assertThrows(jakarta.ws.rs.ProcessingException.class, () -> second.readData(Integer.class));
    }

    @Test
    void callsConsumersInOrderAndNeverConcurrently() throws InterruptedException {
        int count = 5000;
        var stream = new StringBuilder();
        for (int i = 0; i < count; i++) {
            stream.append("data: ").append(i).append("\n\n");
        }
        var inside = new AtomicInteger();
        var wrong = new AtomicInteger();
        var done = new CountDownLatch(1);
        server.respondsWithDataAndThenStaysOpen(stream.toString());
        source = builder().build();
        var expected = new int[1];
        source.register(event -> {
            if (inside.incrementAndGet() != 1 || Integer.parseInt(event.readData()) != expected[0]++) {
                wrong.incrementAndGet();
            }
            inside.decrementAndGet();
            if (expected[0] == count) {
                done.countDown();
            }
        });
        source.open();
        assertTrue(done.await(10, TimeUnit.SECONDS));
        assertEquals(0, wrong.get());
    }

    @Test
    void aConsumerThatThrowsHarmsNobodyElse() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("data: 1\n\ndata: 2\n\n");
        source = builder().build();
        source.register(event -> {
            throw new IllegalStateException("on purpose");
        });
        source.register(event -> events.add(event.readData()));
        source.open();
        assertEquals("1", next(events));
        assertEquals("2", next(events));
        assertEquals("on purpose", next(consumerFailures).getMessage());
    }

    @Test
    void anErrorOfAConsumerIsToldAndTheStreamGoesOn() throws InterruptedException {
        var more = new CountDownLatch(1);
        server.then(exchange -> {
            exchange.send(MisbehavingServer.streamHead() + "data: 1\n\n");
            more.await();
            exchange.send("data: 2\n\n");
            exchange.untilTheClientCloses();
        });
        source = builder().build();
        source.register(event -> {
            events.add(event.readData());
            throw new StackOverflowError("on purpose");
        });
        source.open();
        assertEquals("1", next(events));
        assertEquals("on purpose", next(consumerFailures).getMessage());
        more.countDown();
        assertEquals("2", next(events));
    }

    @Test
    void anErrorOfTheObserverCostsTheStreamNothing() throws InterruptedException {
        server.respondsWithDataAndThenEnds("data: 1\n\n").respondsWithDataAndThenStaysOpen("data: 2\n\n");
        open(builder -> builder.observer(new EventSourceObserver() {
            @Override
            public void stateChanged(ConnectionState state) {
                states.add(state);
                throw new AssertionError("on purpose");
            }

            @Override
            public void consumerFailed(Throwable failure) {
                throw new AssertionError("and again");
            }
        }));
        assertEquals("message null 1", next(events));
        reconnects();
        assertEquals("message null 2", next(events));
    }

    @Test
    void anErrorOfAnErrorHandlerCostsTheStreamNothing() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("data: " + "x".repeat(200) + "\n\ndata: ok\n\n");
        source = builder().limits(new EventStreamParser.Limits(100, 100)).build();
        source.register(event -> events.add(event.readData()), failure -> {
            throw new OutOfMemoryError("on purpose");
        });
        source.open();
        assertEquals("on purpose", next(consumerFailures).getMessage());
        assertEquals("ok", next(events));
    }

    @Test
    void doesNotReadOnWhileAConsumerWorks() throws InterruptedException {
        var release = new CountDownLatch(1);
        var stopped = new LinkedBlockingQueue<Long>();
        var line = ("data: " + "x".repeat(8000) + "\n\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        server.then(exchange -> {
            exchange.send(MisbehavingServer.streamHead());
            // More than all socket buffers hold: this ends only when the client goes on reading.
            for (int i = 0; i < 4000; i++) {
                exchange.send(line);
                if (i == 0) {
                    stopped.add(0L);
                }
            }
            stopped.add(1L);
            exchange.untilTheClientCloses();
        });
        source = builder().build();
        source.register(event -> {
            events.add("");
            awaitQuietly(release);
        });
        source.open();
        next(events);
        next(stopped);
        assertEquals(null, stopped.poll(300, TimeUnit.MILLISECONDS), "32 MB went into a client that reads nothing");
        release.countDown();
        assertEquals(1L, next(stopped));
    }

    @Test
    void reportsAnEventThatIsTooLongAndGoesOn() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("data: " + "x".repeat(200) + "\n\ndata: ok\n\n");
        open(builder -> builder.limits(new EventStreamParser.Limits(100, 100)));
        assertEquals("message null ok", next(events));
        assertEquals(EventStreamParser.TooLong.LINE, next(leftOut));
        assertEquals(Optional.empty(), assertInstanceOf(EventSourceException.class, next(errors)).disruption());
    }

    // Coming back

    @Test
    void resumesAfterTheEndOfAStreamWithTheLastEventId() throws InterruptedException {
        server.respondsWithDataAndThenEnds("id: 7\ndata: a\n\n").respondsWithDataAndThenStaysOpen("data: b\n\n");
        open();
        server.request();
        assertEquals("message 7 a", next(events));
        assertEquals(new Waiting(Duration.ofSeconds(1), new Disruption.EndOfStream(false)), waits());
        timer.turn(Duration.ofSeconds(1));
        assertEquals(Optional.of("7"), server.request().header("Last-Event-ID"));
        assertEquals("message null b", next(events));
        assertEquals(List.of(), List.copyOf(errors));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e4", "\u20ac", "a\tb\u0001"})
    void sendsNoIdRatherThanAWrongOne(String id) throws InterruptedException {
        server.respondsWithDataAndThenEnds("id: " + id + "\ndata: a\n\n").respondsWithDataAndThenStaysOpen("");
        open();
        server.request();
        reconnects();
        assertEquals(Optional.empty(), server.request().header("Last-Event-ID"));
        assertEquals(id, source.lastEventId());
    }

    @Test
    void sendsNoIdAfterItWasReset() throws InterruptedException {
        server.respondsWithDataAndThenEnds("id: 7\ndata: a\n\nid\ndata: b\n\n").respondsWithDataAndThenStaysOpen("");
        open();
        server.request();
        reconnects();
        assertEquals(Optional.empty(), server.request().header("Last-Event-ID"));
    }

    @Test
    void takesTheIdOfAnEventWithoutData() throws InterruptedException {
        server.respondsWithDataAndThenEnds("id: 8\n\n").respondsWithDataAndThenStaysOpen("");
        open();
        server.request();
        reconnects();
        assertEquals(Optional.of("8"), server.request().header("Last-Event-ID"));
    }

    @Test
    void discardsAnEventThatTheEndOfTheStreamCutShort() throws InterruptedException {
        server.respondsWithDataAndThenEnds("id: 1\ndata: a\n\nid: 2\ndata: half")
                .respondsWithDataAndThenStaysOpen("id: 2\ndata: whole\n\n");
        open();
        server.request();
        assertEquals("message 1 a", next(events));
        assertEquals(new Disruption.EndOfStream(true), waits().reason());
        timer.turn(Duration.ofSeconds(1));
        assertEquals(Optional.of("1"), server.request().header("Last-Event-ID"));
        assertEquals("message 2 whole", next(events));
    }

    @Test
    void comesBackAfterAChunkThatWasCut() throws InterruptedException {
        server.cutsAChunkAfter("id: 1\ndata: a\n\ndata: ha").respondsWithDataAndThenStaysOpen("data: b\n\n");
        open();
        assertEquals("message 1 a", next(events));
        assertInstanceOf(Disruption.Broken.class, waits().reason());
        timer.turn(Duration.ofSeconds(1));
        assertEquals("message null b", next(events));
        assertInstanceOf(Disruption.Broken.class, disruptionOf(next(errors)));
    }

    @Test
    void comesBackAfterAReset() throws InterruptedException {
        server.then(exchange -> {
            exchange.send(MisbehavingServer.streamHead() + "data: a\n\n");
            var event = events.poll(10, TimeUnit.SECONDS);
            exchange.reset();
            events.add(event);
        }).respondsWithDataAndThenStaysOpen("data: b\n\n");
        open();
        assertInstanceOf(Disruption.Broken.class, waits().reason());
        timer.turn(Duration.ofSeconds(1));
        assertEquals("message null a", next(events));
        assertEquals("message null b", next(events));
    }

    @Test
    void comesBackWhenTheServerHangsUpWithoutAnAnswer() throws InterruptedException {
        // The client itself asks again a few times.
        for (int i = 0; i < 20; i++) {
            server.hangsUpWithoutAnAnswer();
        }
        open();
        assertInstanceOf(Disruption.Unreachable.class, waits().reason());
    }

    @Test
    void goesOnTryingWhileTheConnectionIsRefused() throws Exception {
        URI gone;
        try (var other = new MisbehavingServer()) {
            gone = other.uri("/events");
        }
        open(builder -> builder.uri(gone));
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(Disruption.Unreachable.class, waits().reason());
            assertInstanceOf(Disruption.Unreachable.class, disruptionOf(next(errors)));
            timer.turn(Duration.ofSeconds(1));
        }
        assertTrue(source.isOpen());
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 404, 429})
    void comesBackAfterAnErrorAnswer(int status) throws InterruptedException {
        server.responds(status).respondsWithDataAndThenStaysOpen("data: b\n\n");
        open();
        assertEquals(new Disruption.Status(status, Optional.empty()), waits().reason());
        timer.turn(Duration.ofSeconds(1));
        assertEquals("message null b", next(events));
        assertEquals(new Disruption.Status(status, Optional.empty()), disruptionOf(next(errors)));
    }

    @Test
    void isNotBackBeforeRetryAfter() throws InterruptedException {
        server.responds(503, "Retry-After: 20").respondsWithDataAndThenStaysOpen("data: b\n\n");
        open();
        server.request();
        assertEquals(Duration.ofSeconds(21), waits().delay());
        timer.turn(Duration.ofSeconds(20));
        assertFalse(server.gotAnotherRequest());
        timer.turn(Duration.ofSeconds(1));
        assertEquals("message null b", next(events));
    }

    @Test
    void isNotBackBeforeTheStreamsOwnRetry() throws InterruptedException {
        server.respondsWithDataAndThenEnds("retry: 4000\n\n").respondsWithDataAndThenEnds("")
                .respondsWithDataAndThenStaysOpen("");
        open();
        assertEquals(Duration.ofSeconds(5), waits().delay());
        timer.turn(Duration.ofSeconds(5));
        assertEquals(Duration.ofSeconds(5), waits().delay());
    }

    @Test
    void isNotBackBeforeTheTimeThatTheBuilderWasGiven() throws InterruptedException {
        server.respondsWithDataAndThenEnds("");
        open(builder -> builder.reconnectingEvery(2, TimeUnit.SECONDS));
        assertEquals(Duration.ofSeconds(3), waits().delay());
    }

    @Test
    void reportsAWrongContentTypeAndComesBack() throws InterruptedException {
        server.responds(200, "Content-Type: text/html").respondsWithDataAndThenStaysOpen("data: b\n\n");
        open();
        assertEquals(new Disruption.WrongContentType("text/html"), waits().reason());
        assertEquals(new Disruption.WrongContentType("text/html"), disruptionOf(next(errors)));
        timer.turn(Duration.ofSeconds(1));
        assertEquals("message null b", next(events));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "identity, gzip"})
    void takesNoCompressedStream(String encoding) throws InterruptedException {
        server.responds(200, "Content-Type: text/event-stream", "Content-Encoding: " + encoding)
                .respondsWithDataAndThenStaysOpen("data: b\n\n");
        open();
        assertEquals(new Disruption.Encoded(encoding), waits().reason());
        assertEquals(new Disruption.Encoded(encoding), disruptionOf(next(errors)));
        timer.turn(Duration.ofSeconds(1));
        assertEquals("message null b", next(events));
    }

    @Test
    void takesAStreamThatSaysItIsNotCompressed() throws InterruptedException {
        server.then(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: Identity\r\n\r\n"
                    + "data: a\n\n");
            exchange.untilTheClientCloses();
        });
        open();
        assertEquals("message null a", next(events));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n", "GARBAGE 200 OK\r\n"})
    void keepsNoSocketsOfAServerWhoseHeadersNeverEnd(String firstLine) throws InterruptedException {
        var line = "X-Header: " + "x".repeat(10_000) + "\r\n";
        for (int i = 0; i < RenewableClient.LOST; i++) {
            server.then(exchange -> {
                exchange.send(firstLine);
                while (true) {
                    exchange.send(line);
                }
            });
        }
        server.respondsWithDataAndThenStaysOpen("data: a\n\n");
        open();
        for (int i = 0; i < RenewableClient.LOST; i++) {
            assertInstanceOf(Disruption.Unreachable.class, waits().reason());
            timer.turn(Duration.ofSeconds(1));
        }
        for (int i = 0; i < RenewableClient.LOST; i++) {
            server.sawTheClientClose();
        }
        assertEquals("message null a", next(events));
    }

    @Test
    void givesUpOnHeadersThatDribble() throws InterruptedException {
        var line = new LinkedBlockingQueue<String>();
        server.then(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nX-0: x\r\n");
            line.add("sent");
            exchange.untilTheClientCloses();
        });
        open(builder -> builder.openTimeout(Duration.ofSeconds(7)));
        next(line);
        timer.turn(Duration.ofSeconds(7));
        assertEquals(new Disruption.OpenTimeout(Duration.ofSeconds(7)), waits().reason());
        server.sawTheClientClose();
    }

    @Test
    void givesUpOnAServerThatNeverAnswers() throws InterruptedException {
        server.staysMute().respondsWithDataAndThenStaysOpen("data: b\n\n");
        open(builder -> builder.openTimeout(Duration.ofSeconds(7)));
        server.request();
        timer.turn(Duration.ofSeconds(6));
        assertEquals(List.of(new Connecting()), List.copyOf(states));
        timer.turn(Duration.ofSeconds(1));
        assertEquals(new Disruption.OpenTimeout(Duration.ofSeconds(7)), waits().reason());
        server.sawTheClientClose();
        timer.turn(Duration.ofSeconds(1));
        assertEquals("message null b", next(events));
    }

    @Test
    void givesUpOnAStreamThatHasGoneSilent() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("data: a\n\n").respondsWithDataAndThenStaysOpen("data: b\n\n");
        open(builder -> builder.silenceTimeout(Duration.ofSeconds(20)));
        assertEquals("message null a", next(events));
        quiesces();
        timer.turn(Duration.ofSeconds(19));
        assertEquals(new Open(), source.state());
        timer.turn(Duration.ofSeconds(2));
        assertEquals(new Disruption.Silence(Duration.ofSeconds(20)), waits().reason());
        server.sawTheClientClose();
        timer.turn(Duration.ofSeconds(1));
        assertEquals("message null b", next(events));
    }

    @Test
    void takesACommentForALifeSign() throws InterruptedException {
        var beat = new LinkedBlockingQueue<String>();
        server.then(exchange -> {
            exchange.send(MisbehavingServer.streamHead());
            while (true) {
                exchange.send(beat.take());
            }
        });
        open(builder -> builder.silenceTimeout(Duration.ofSeconds(20)));
        for (int i = 0; i < 5; i++) {
            beat.add(": heartbeat\n\ndata: " + i + "\n\n");
            next(events);
            quiesces();
            timer.turn(Duration.ofSeconds(15));
        }
        assertEquals(new Open(), source.state());
    }

    @Test
    void doesNotTakeItsOwnSlowConsumerForSilence() throws InterruptedException {
        var release = new CountDownLatch(1);
        server.respondsWithDataAndThenStaysOpen("data: a\n\n");
        source = builder().silenceTimeout(Duration.ofSeconds(20)).build();
        source.register(event -> {
            events.add("");
            awaitQuietly(release);
        });
        source.open();
        next(events);
        timer.turn(Duration.ofSeconds(60));
        assertEquals(new Open(), source.state());
        release.countDown();
    }

    // The end

    @Test
    void endsWithNoContent() throws InterruptedException {
        server.responds(204);
        open();
        assertEquals(new Ended(Optional.of(new Disruption.NoContent())), ends());
        assertTrue(source.close(10, TimeUnit.SECONDS));
        assertEquals(1, completions.get());
        assertEquals(List.of(), List.copyOf(errors));
        assertFalse(source.isOpen());
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void reportsThatItIsNotAllowedAndEnds(int status) throws InterruptedException {
        server.responds(status);
        open();
        var disruption = new Disruption.Status(status, Optional.empty());
        assertEquals(new Ended(Optional.of(disruption)), ends());
        assertEquals(disruption, disruptionOf(next(errors)));
        assertTrue(source.close(10, TimeUnit.SECONDS));
        assertEquals(1, completions.get());
    }

    @Test
    void freesTheSocketWhenItIsClosedWhileOpen() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("data: a\n\n");
        open();
        next(events);
        assertTrue(source.close(10, TimeUnit.SECONDS));
        server.sawTheClientClose();
        assertEquals(new Ended(Optional.empty()), source.state());
        assertEquals(1, completions.get());
    }

    @Test
    void freesTheSocketWhenItIsClosedWhileConnecting() throws InterruptedException {
        server.staysMute();
        open();
        server.request();
        source.close();
        server.sawTheClientClose();
        assertEquals(new Ended(Optional.empty()), source.state());
    }

    @Test
    void doesNotComeBackWhenItIsClosedWhileWaiting() throws InterruptedException {
        server.respondsWithDataAndThenEnds("");
        open();
        server.request();
        waits();
        source.close();
        assertEquals(new Ended(Optional.empty()), source.state());
        timer.turn(Duration.ofSeconds(10));
        assertFalse(server.gotAnotherRequest());
        assertEquals(0, timer.pending());
    }

    @Test
    void canBeClosedBeforeItIsOpened() {
        source = builder().build();
        source.close();
        assertEquals(new Ended(Optional.empty()), source.state());
        assertThrows(IllegalStateException.class, source::open);
    }

    @Test
    void canBeClosedAgain() throws InterruptedException {
        server.responds(204);
        open();
        ends();
        source.close();
        source.close();
        assertEquals(1, completions.get());
    }

    @Test
    void canBeClosedByItsConsumerAndDeliversNothingAfterwards() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n");
        source = builder().build();
        source.register(event -> {
            events.add(event.readData());
            assertTrue(source.close(10, TimeUnit.SECONDS));
        });
        source.open();
        assertEquals(new Ended(Optional.empty()), ends());
        server.sawTheClientClose();
        assertEquals(List.of("1"), List.copyOf(events));
        assertEquals("1", source.lastEventId());
    }

    @Test
    void saysWhenItsConsumerIsStillAtWork() throws InterruptedException {
        var release = new CountDownLatch(1);
        server.respondsWithDataAndThenStaysOpen("data: 1\n\n");
        source = builder().build();
        source.register(event -> {
            events.add("");
            awaitQuietly(release);
        });
        source.open();
        next(events);
        assertFalse(source.close(1, TimeUnit.MILLISECONDS));
        server.sawTheClientClose();
        release.countDown();
        assertTrue(source.close(10, TimeUnit.SECONDS));
    }

    @Test
    void opensOnlyOnce() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("");
        open();
        assertThrows(IllegalStateException.class, source::open);
    }

    @Test
    void endsWhenTheTimerHasBeenShutDown() throws InterruptedException {
        server.respondsWithDataAndThenEnds("");
        timer.shutDown();
        open();
        assertEquals(new Ended(Optional.empty()), ends());
    }

    @Test
    void triesAgainWhenTheTokenCannotBeHad() throws InterruptedException {
        server.respondsWithDataAndThenStaysOpen("data: a\n\n");
        var calls = new AtomicInteger();
        open(builder -> builder.bearerToken(() -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("no token now");
            }
            return Optional.empty();
        }));
        assertInstanceOf(Disruption.Unreachable.class, waits().reason());
        timer.turn(Duration.ofSeconds(1));
        assertEquals("message null a", next(events));
    }

    // Redirects

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsARedirectWithItsTokenOnTheSameOrigin(int status) throws InterruptedException {
        server.redirects(status, "/moved?x=1").respondsWithDataAndThenStaysOpen("data: a\n\n");
        open(builder -> builder.bearerToken(() -> Optional.of("secret")).lastEventId("3"));
        server.request();
        var second = server.request();
        assertEquals("GET /moved?x=1 HTTP/1.1", second.line());
        assertEquals(Optional.of("Bearer secret"), second.header("Authorization"));
        assertEquals(Optional.of("3"), second.header("Last-Event-ID"));
        assertEquals("message null a", next(events));
        assertEquals(List.of(new Connecting(), new Open()), List.of(next(states), next(states)));
    }

    @Test
    void neverCarriesItsTokenOrHeadersToAnotherOrigin() throws InterruptedException {
        server.redirects(307, server.otherOrigin("/elsewhere").toString())
                .respondsWithDataAndThenStaysOpen("data: a\n\n");
        open(builder -> builder.bearerToken(() -> Optional.of("secret")).header("X-Api-Key", "secret"));
        server.request();
        var second = server.request();
        assertEquals(Optional.empty(), second.header("Authorization"));
        assertEquals(Optional.empty(), second.header("X-Api-Key"));
        assertEquals("message null a", next(events));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {"?x=1 /events?x=1", "../../../a/./b /a/b", "/\u00e9 /%C3%A9", "a%2Fb /a%2Fb"})
    void followsARelativeRedirectAsTheStandardSays(String location, String asked) throws InterruptedException {
        server.redirects(302, location).respondsWithDataAndThenStaysOpen("data: a\n\n");
        open();
        server.request();
        assertEquals("GET " + asked + " HTTP/1.1", server.request().line());
        assertEquals("message null a", next(events));
    }

    @Test
    void beginsAtItsOwnAddressAfterARedirectedStreamEnded() throws InterruptedException {
        server.redirects(301, "/moved").respondsWithDataAndThenEnds("").respondsWithDataAndThenStaysOpen("");
        open();
        server.request();
        server.request();
        reconnects();
        assertEquals("GET /events HTTP/1.1", server.request().line());
    }

    @Test
    void doesNotRunInCircles() throws InterruptedException {
        for (int i = 0; i < 6; i++) {
            server.redirects(302, "/events");
        }
        open();
        assertEquals(new Disruption.BadRedirect("more than 5"), waits().reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.org/", "file:///etc/passwd", "http:///nohost", "ht tp://", "mailto:a@b"})
    void doesNotFollowWhereNoStreamCanBe(String location) throws InterruptedException {
        server.redirects(302, location);
        open();
        assertInstanceOf(Disruption.BadRedirect.class, waits().reason());
    }

    @Test
    void doesNotFollowARedirectWithoutATarget() throws InterruptedException {
        server.responds(302);
        open();
        assertEquals(new Disruption.BadRedirect("no Location"), waits().reason());
    }

    @Test
    void refusesAClientThatWouldFollowRedirectsItself() {
        try (var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
            assertThrows(IllegalArgumentException.class, () -> new HttpEventSources(() -> client, THREADS, timer));
        }
    }

    // The machinery of the tests

    private HttpEventSource.Builder builder() {
        return sources.source(server.uri("/events")).reconnect(EXACTLY_A_SECOND).observer(new EventSourceObserver() {
            @Override
            public void stateChanged(ConnectionState state) {
                states.add(state);
            }

            @Override
            public void leftOut(EventStreamParser.TooLong what) {
                leftOut.add(what);
            }

            @Override
            public void consumerFailed(Throwable failure) {
                consumerFailures.add(failure);
            }
        });
    }

    private void open() {
        open(builder -> builder);
    }

    private void open(UnaryOperator<HttpEventSource.Builder> options) {
        source = options.apply(builder()).build();
        source.register(event -> events.add(event.getName() + " " + event.getId() + " " + event.readData()),
                errors::add, completions::incrementAndGet);
        source.open();
    }

    /** Waits until the source waits. */
    private Waiting waits() throws InterruptedException {
        while (true) {
            if (next(states) instanceof Waiting waiting) {
                quiesces();
                return waiting;
            }
        }
    }

    private Ended ends() throws InterruptedException {
        while (true) {
            if (next(states) instanceof Ended ended) {
                return ended;
            }
        }
    }

    private void reconnects() throws InterruptedException {
        timer.turn(waits().delay());
    }

    /** Waits until the source has worked through what it got and listens again. */
    private void quiesces() throws InterruptedException {
        var done = new CountDownLatch(1);
        consumerThread.execute(done::countDown);
        assertTrue(done.await(10, TimeUnit.SECONDS));
    }

    private static Disruption disruptionOf(Throwable error) {
        return assertInstanceOf(EventSourceException.class, error).disruption().orElseThrow();
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        var element = queue.poll(10, TimeUnit.SECONDS);
        if (element == null) {
            throw new AssertionError("nothing came");
        }
        return element;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

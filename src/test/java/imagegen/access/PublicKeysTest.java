package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublicKeysTest {

    private static final String OLD = Minter.jwks(Minter.RSA.jwk("\"kid\":\"1\""));
    private static final String NEW = Minter.jwks(Minter.RSA.jwk("\"kid\":\"1\""), Minter.EC.jwk("\"kid\":\"2\""));

    private long nanos;

    private PublicKeys keys(KeySource source) {
        return new PublicKeys(source, Runnable::run, () -> nanos);
    }

    // Over HTTP

    @Test
    void aSetIsReadAndReadAgainWhereItIs() throws IOException {
        var body = new String[] {OLD};
        try (var issuer = new Issuer(200, () -> body[0])) {
            var keys = keys(issuer.source());
            var old = keys.now().orElseThrow();
            assertEquals(1, old.list().size());
            body[0] = NEW;
            assertSame(old, keys.now().orElseThrow(), "not at each request");
            assertSame(old, keys.after(old), "nor at once for somebody who names another");
            nanos += PublicKeys.PAUSE.toNanos();
            assertEquals(2, keys.after(old).list().size());
        }
    }

    @Test
    void anAnswerThatIsNoSetOrTooLargeIsNone() throws IOException {
        for (var body : List.of("", "<html>", "{\"keys\":[]}", NEW + " ".repeat(300_000))) {
            try (var issuer = new Issuer(200, () -> body)) {
                assertEquals(Optional.empty(), keys(issuer.source()).now());
            }
        }
        try (var issuer = new Issuer(500, () -> NEW)) {
            assertEquals(Optional.empty(), keys(issuer.source()).now());
        }
    }

    private static final class Issuer implements AutoCloseable {

        private final HttpServer server;

        Issuer(int status, Supplier<String> body) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/jwks", exchange -> {
                var bytes = body.get().getBytes(StandardCharsets.UTF_8);
                try (exchange) {
                    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                    exchange.getResponseBody().write(bytes);
                }
            });
            server.start();
        }

        KeySource source() {
            return new KeySource.Remote(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks"));
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    // While they can't be had

    @Test
    void theLastOnesServeWhileNoOthersCanBeRead() {
        var text = new String[] {OLD};
        var keys = keys(() -> text[0]);
        var old = keys.now().orElseThrow();
        text[0] = "";
        nanos += PublicKeys.FRESH.toNanos();
        assertSame(old, keys.now().orElseThrow());
        text[0] = NEW;
        nanos += PublicKeys.FRESH.toNanos();
        assertNotEquals(old, keys.now().orElseThrow());
    }

    @Test
    void nobodyWaitsForNewerOnesWhileThereAreSome() {
        var held = new AtomicReference<Runnable>();
        var hold = new AtomicBoolean();
        var keys = new PublicKeys(() -> OLD, reading -> {
            if (hold.get()) {
                held.set(reading);
            } else {
                reading.run();
            }
        }, () -> nanos, Duration.ofSeconds(30));
        var old = keys.now().orElseThrow();
        hold.set(true);
        nanos += PublicKeys.FRESH.toNanos();
        assertSame(old, keys.now().orElseThrow());
        assertTrue(keys.reading());
        held.get().run();
        assertFalse(keys.reading());
    }

    @Test
    void twoAtMostWaitForASlowIssuerAndTheOthersAreToldToComeAgain() throws InterruptedException {
        var begun = new LinkedBlockingQueue<Runnable>();
        var keys = new PublicKeys(() -> OLD, begun::add, () -> nanos, Duration.ofSeconds(30));
        var answers = new LinkedBlockingQueue<Optional<Keys>>();
        for (int i = 0; i < 10; i++) {
            Thread.ofVirtual().start(() -> answers.add(keys.now()));
        }
        var reading = begun.poll(10, TimeUnit.SECONDS);
        for (int i = 0; i < 10 - PublicKeys.WAITING; i++) {
            assertEquals(Optional.empty(), answers.poll(10, TimeUnit.SECONDS));
        }
        reading.run();
        for (int i = 0; i < PublicKeys.WAITING; i++) {
            assertTrue(answers.poll(10, TimeUnit.SECONDS).isPresent());
        }
        assertTrue(begun.isEmpty(), "one reading for all of them");
    }
}

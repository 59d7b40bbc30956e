package imagegen.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.RequestOptions;
import imagegen.backend.FakeBackend;
import imagegen.server.ServerProcess;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server as an operator starts, stops and loses it, while the image backend goes on. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no SIGTERM")
class ShutdownIT {

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private static final Issuer ISSUER = new Issuer();
    private static final FakeBackend BACKEND = FakeBackend.start();
    private static final Duration DRAIN = Duration.ofSeconds(4);
    private static final int RETRY = 3000;
    private static final ServerProcess SERVER = ServerProcess.named("shutdown")
            .with("image-gen.backend.url", BACKEND.url())
            .with("image-gen.backend.poll-interval", "PT0.3S")
            .with("image-gen.drain", DRAIN)
            .with("image-gen.rollout.file", Path.of("target", "shutdown-rollout.properties").toAbsolutePath())
            .with("mp.jwt.verify.publickey", ISSUER.publicKey())
            .with("mp.jwt.verify.issuer", Issuer.NAME);

    private final Gateway gateway = new Gateway(SERVER.uri());

    @BeforeEach
    void run() {
        if (!SERVER.runs()) {
            SERVER.start();
        }
    }

    @AfterAll
    static void stop() {
        SERVER.close();
        BACKEND.close();
    }

    @Test
    void sigtermEndsEveryStreamInItsTurnAndTellsEachAnotherTimeToComeBack() throws IOException {
        String token = ISSUER.token("alice");
        List<EventStream> streams = Stream.generate(() -> gateway.events("", token)).limit(4).toList();
        streams.forEach(EventStream::next);
        try (Socket deaf = gateway.rawEvents(ISSUER.token("bob"))) {
            assertTrue(deaf.isConnected());
            assertTrue(SERVER.healthy());
            long began = System.nanoTime();

            SERVER.terminate();

            Set<Integer> times = new HashSet<>();
            Eventually.holds(() -> !SERVER.healthy());
            assertTrue(refused(token), "nobody new is let in");
            for (EventStream stream : streams) {
                EventStream.Event farewell = stream.next("drain");
                int retry = farewell.json().getInt("retry");
                assertEquals(String.valueOf(retry), farewell.retry());
                assertTrue(retry >= RETRY && retry <= 2 * RETRY, () -> "retry: " + retry);
                times.add(retry);
                stream.next("end");
            }
            assertTrue(times.size() > 1, times::toString);
            SERVER.ended();
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertTrue(took.compareTo(DRAIN.plusSeconds(20)) < 0, () -> "it went after " + took);
        }
    }

    /** With a problem; on Open Liberty, which closes its door before anything else, without an answer. */
    private boolean refused(String token) {
        try {
            return gateway.get("api/image-gen/events", token).statusCode() == 503;
        } catch (CompletionException e) {
            return e.getCause() instanceof ConnectException && "liberty".equals(System.getProperty("server"));
        }
    }

    @Test
    void whenTheServerIsKilledAndComesBackTheImageStillArrives() {
        BrowserContext profile = CHROMIUM.profile();
        byte[] picture = picture();
        profile.route("https://url.to/**", route -> route.fulfill(
                new FulfillOptions().setContentType("image/png").setBodyBytes(picture)));
        profile.request().post(SERVER.uri().resolve("api/image-gen/session").toString(),
                RequestOptions.create().setHeader("Authorization", "Bearer " + ISSUER.token("carol")));
        Studio studio = Studio.open(profile, SERVER.uri()).isLive("sse").ask("a fox");
        String request = studio.requestOf("a fox");
        BACKEND.progresses(request, 50);
        studio.sawProgress("a fox");

        SERVER.kill().ended();
        studio.is("waiting").stillWaitsFor("a fox");
        BACKEND.succeedsUnheard(request);
        SERVER.start();

        studio.online().isLive("sse").sawImage("a fox");
    }

    private static byte[] picture() {
        try (var bytes = new ByteArrayOutputStream()) {
            ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

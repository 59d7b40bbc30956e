package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.server.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both ends of the package in the real server: what a fake of the servlet contract can't prove. */
@Timeout(60)
class SseInContainerIT {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(Version.HTTP_1_1).build();
    private static final ScheduledExecutorService SCHEDULER = Executors.newSingleThreadScheduledExecutor();

    private static final ServerProcess SERVER = ServerProcess.named("sse").withTls().serving(war())
            .answering("streams/ends", 200);

    private static Path war() {
        Path war = Path.of("target", "sse.war").toAbsolutePath();
        var descriptors = new File("src/main/webapp/WEB-INF");
        ShrinkWrap.create(WebArchive.class, "sse.war")
                .addAsResource(new File("target/classes/imagegen/sse"), "imagegen/sse")
                .addClasses(SinkApplication.class, SinkApplication.Streams.class)
                // Where it is served
                .addAsWebInfResource(new File(descriptors, "glassfish-web.xml"))
                .addAsWebInfResource(new File(descriptors, "jboss-web.xml"))
                .as(ZipExporter.class).exportTo(war.toFile(), true);
        return war;
    }

    @BeforeAll
    @Timeout(200)
    static void start() {
        SERVER.start();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
        SCHEDULER.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void carriesEventsFromSinkToSource(Version version) throws Exception {
        var name = "carries-" + version;
        var base = base(version);
        try (var client = client(version)) {
            // The protocol is agreed on with the first request.
            assertEquals(version, protocol(client, base));
            var source = open(client, base, name);
            broadcast(3, 100);
            for (int i = 0; i < 3; i++) {
                assertEquals(Integer.toString(i) + " 100", next(source.events));
            }
            send(request("streams?name=" + name).DELETE());
            assertEquals("EndOfStream[truncated=false]", next(source.disruptions));
            source.source.close();
        }
        assertEquals("Closed", endOf(name));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void noticesThatAClientLeft(Version version) throws Exception {
        var name = "left-" + version;
        var base = base(version);
        try (var client = client(version)) {
            protocol(client, base);
            var source = open(client, base, name);
            source.source.close();
            assertEquals("ClientGone", endOf(name));
        }
    }

    /** There it would be for load generators and attackers: browsers have it over TLS only. */
    @Test
    void speaksHttp2OverTlsAndNotInClearText() throws Exception {
        try (var client = client(Version.HTTP_2)) {
            assertEquals(Version.HTTP_1_1, protocol(client, SERVER.uri()));
            assertEquals(Version.HTTP_2, protocol(client, SERVER.tlsUri()));
        }
    }

    @Test
    void dropsAClientThatDoesNotReadAndKeepsTheOthers() throws Exception {
        var healthy = open(CLIENT, SERVER.uri(), "healthy");
        try (var stalled = new Socket(SERVER.uri().getHost(), SERVER.uri().getPort())) {
            var get = "GET /streams?name=stalled HTTP/1.1\r\nHost: a\r\n\r\n";
            stalled.getOutputStream().write(get.getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', stalled.getInputStream().read());
            long sent = 0;
            while (!ends().contains("stalled ")) {
                assertTrue(broadcast(20, 10_000) < 2000, "nobody waits for the stalled one");
                for (int i = 0; i < 20; i++) {
                    next(healthy.events);
                }
                sent += 200_000;
            }
            assertTrue(ends().contains("stalled Stalled") || ends().contains("stalled Overflowed"), ends());
            assertTrue(rest(stalled) < sent, "what waited in the server was thrown away");
        }
        broadcast(1, 10);
        assertEquals("0 10", next(healthy.events));
        healthy.source.close();
    }

    /** Whose connection is others' as well. */
    @Test
    void endsAnHttp2StreamThatIsNotReadAndWaitsForNobody() throws Exception {
        try (var client = client(Version.HTTP_2)) {
            protocol(client, SERVER.tlsUri());
            var body = new UnreadBody();
            client.sendAsync(HttpRequest.newBuilder(SERVER.tlsUri().resolve("streams?name=unread")).build(),
                    answer -> BodySubscribers.fromSubscriber(body));
            body.begun.get(20, TimeUnit.SECONDS);
            long sent = 0;
            while (!ends().contains("unread ")) {
                assertTrue(broadcast(20, 10_000) < 2000, "nobody waits for the unread one");
                sent += 200_000;
            }
            assertTrue(ends().contains("unread Stalled") || ends().contains("unread Overflowed"), ends());
            assertEquals(Version.HTTP_2, protocol(client, SERVER.tlsUri()));
            assertTrue(body.rest() < sent, "what waited in the server was thrown away");
        }
    }

    /** Takes nothing until it is asked for the rest. */
    private static final class UnreadBody implements Flow.Subscriber<List<ByteBuffer>> {

        private final CompletableFuture<Flow.Subscription> begun = new CompletableFuture<>();
        private final CompletableFuture<Long> over = new CompletableFuture<>();
        private long bytes;

        /** What still comes until the stream ends, however it does. */
        long rest() throws Exception {
            begun.get().request(Long.MAX_VALUE);
            return over.get(40, TimeUnit.SECONDS);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            begun.complete(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            bytes += buffers.stream().mapToInt(ByteBuffer::remaining).sum();
        }

        @Override
        public void onError(Throwable reset) {
            over.complete(bytes);
        }

        @Override
        public void onComplete() {
            over.complete(bytes);
        }
    }

    /** HTTP/2 over TLS, as browsers have it. */
    private static URI base(Version version) {
        return version == Version.HTTP_2 ? SERVER.tlsUri() : SERVER.uri();
    }

    private static Version protocol(HttpClient client, URI base) throws Exception {
        return client.send(HttpRequest.newBuilder(base.resolve("streams/ends")).build(), BodyHandlers.discarding())
                .version();
    }

    /** Believes whatever certificate the server has made for itself. */
    private static HttpClient client(Version version) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        return HttpClient.newBuilder().version(version).sslContext(context).build();
    }

    private static final class Trusting extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Reads what the kernels still hold, to the end of the connection. */
    private static long rest(Socket socket) throws IOException {
        long count = 0;
        try {
            var buffer = new byte[65536];
            for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
                count += read;
            }
        } catch (SocketException e) {
            // A reset is the end as well.
        }
        return count;
    }

    private record Listening(HttpEventSource source, BlockingQueue<String> events, BlockingQueue<String> disruptions) {
    }

    private Listening open(HttpClient client, URI base, String name) throws Exception {
        var opened = new LinkedBlockingQueue<String>();
        var events = new LinkedBlockingQueue<String>();
        var disruptions = new LinkedBlockingQueue<String>();
        var source = new HttpEventSources(() -> client, Runnable::run, SCHEDULER)
                .source(base.resolve("streams?name=" + name))
                .observer(new EventSourceObserver() {
                    @Override
                    public void stateChanged(ConnectionState state) {
                        switch (state) {
                            case ConnectionState.Open open -> opened.add("");
                            case ConnectionState.Waiting waiting -> disruptions.add(waiting.reason().toString());
                            case ConnectionState.Idle idle -> { }
                            case ConnectionState.Connecting connecting -> { }
                            case ConnectionState.Ended ended -> { }
                        }
                    }
                }).build();
        source.register(event -> events.add(event.getId() + " " + event.readData().length()));
        source.open();
        next(opened);
        // The head of the answer may be here before its stream is among those that a broadcast reaches
        while (!List.of(send(request("streams/names")).split("\n")).contains(name)) {
            Thread.onSpinWait();
        }
        return new Listening(source, events, disruptions);
    }

    /** How a stream ended; told to write to it meanwhile, because that is how a server notices. */
    private String endOf(String name) throws Exception {
        while (true) {
            for (var line : ends().split("\n")) {
                if (line.startsWith(name + " ")) {
                    return line.substring(name.length() + 1);
                }
            }
            broadcast(1, 10);
        }
    }

    private String ends() throws Exception {
        return send(request("streams/ends"));
    }

    private long broadcast(int count, int size) throws Exception {
        return Long.parseLong(send(request("streams?count=" + count + "&size=" + size).POST(BodyPublishers.noBody())));
    }

    private String send(HttpRequest.Builder request) throws Exception {
        var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
        assertEquals(2, answer.statusCode() / 100);
        return answer.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path));
    }

    private URI uri(String path) {
        return SERVER.uri().resolve(path);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        var element = queue.poll(20, TimeUnit.SECONDS);
        if (element == null) {
            throw new AssertionError("nothing came");
        }
        return element;
    }
}

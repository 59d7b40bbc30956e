package imagegen.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import imagegen.it.Eventually;
import imagegen.it.Gateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load balancer of {@code server-config/cluster}, where nginx is installed, before three that answer as nodes do. */
class BalancerTest {

    private static final String EVENT = "event: heartbeat\ndata: {\"type\":\"ping\"}\n\n";

    private final List<Node> nodes = IntStream.range(0, 3).mapToObj(i -> new Node()).toList();
    private ProxyProcess balancer;
    private Gateway balanced;

    private static final class Node {
        private final HttpServer server;
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile int status = 200;
        private volatile int posts;

        Node() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", this::answer);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("POST")) {
                synchronized (this) {
                    posts++;
                }
            }
            boolean events = exchange.getRequestURI().getPath().endsWith("/events");
            exchange.sendResponseHeaders(status, events ? 0 : -1);
            if (events) {
                exchange.getResponseBody().write(EVENT.getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.close();
        }

        void stop() {
            over.countDown();
            server.stop(0);
        }
    }

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Kind.NGINX.program().isPresent(), "nginx is not installed here: its configuration is not tried");
        String text = Files.readString(Path.of("server-config/cluster/nginx.conf"));
        balancer = ProxyProcess.start(Kind.NGINX, "balancer", (folder, port) -> configuration(text, folder, port));
        balanced = new Gateway(balancer.uri());
        Eventually.holds(() -> !balancer.runs() || balanced.answers("api/image-gen/transport", 200));
        assertTrue(balancer.runs(), "it has ended; target/proxies/balancer has its log");
    }

    /** All of it, but for the addresses and for where it writes. */
    private String configuration(String text, Path folder, int port) {
        String here = text.replace("listen 8080;", "listen 127.0.0.1:" + port + ";")
                .replace("worker_processes auto;", "daemon off; master_process off; pid " + folder + "/nginx.pid;")
                .replace("http {", "http {\naccess_log off;\n" + List.of("client_body", "proxy", "fastcgi", "uwsgi",
                        "scgi").stream().map(name -> name + "_temp_path " + folder + "/" + name + ";\n")
                        .reduce("", String::concat));
        for (int i = 0; i < nodes.size(); i++) {
            here = here.replace("gateway-" + (i + 1) + ":8080",
                    "127.0.0.1:" + nodes.get(i).server.getAddress().getPort());
        }
        return here;
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::stop);
        if (balancer != null) {
            balancer.close();
        }
    }

    @Test
    void anEventIsHandedOnWhileTheStreamIsOpen() throws Exception {
        var response = Gateway.HTTP.send(balanced.request("api/image-gen/events").build(), BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertEquals("event: heartbeat", lines.readLine());
        }
    }

    @Test
    void whereANodeDrainsOrIsGoneAnotherIsAsked() {
        nodes.get(0).status = 503;
        nodes.get(1).stop();
        for (int i = 0; i < 9; i++) {
            assertEquals(200, balanced.send(balanced.request("api/image-gen/updates")).statusCode());
        }
    }

    @Test
    void whatANodeHasReadOfAPostIsNoOthers() {
        nodes.forEach(node -> node.status = 503);
        for (int i = 0; i < 5; i++) {
            assertEquals(503, balanced.send(balanced.request("api/image-gen/requests")
                    .POST(BodyPublishers.ofString("{}"))).statusCode());
        }
        assertEquals(5, nodes.stream().mapToInt(node -> node.posts).sum());
    }

    @Test
    void whatIsNotForThePublicIsNotThere() {
        for (String path : List.of("api/metrics", "health/ready", "metrics", "openapi", "api/metrics;x", "%61pi/metrics")) {
            assertEquals(404, balanced.send(balanced.request(path)).statusCode(), path);
        }
    }
}

package imagegen.it;

import imagegen.backend.FakeBackend;
import imagegen.redis.RedisProcess;
import imagegen.server.ServerProcess;
import java.net.URI;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Three nodes as processes, over one Redis and one image backend. */
final class ThreeNodes implements AutoCloseable {

    final Issuer issuer = new Issuer();
    final FakeBackend backend = FakeBackend.start();
    final RedisProcess redis = RedisProcess.start();
    final List<ServerProcess> nodes;

    /**
     * @param name of the nodes' logs
     * @param more of the configuration of each
     */
    ThreeNodes(String name, UnaryOperator<ServerProcess> more) {
        nodes = IntStream.range(0, 3).mapToObj(number -> more.apply(ServerProcess.named(name + '-' + number)
                .with("image-gen.log.store", "redis")
                .with("image-gen.redis.url", redis.url())
                .with("image-gen.redis.timeout", "PT1S")
                .with("image-gen.backend.url", backend.url())
                .with("image-gen.backend.poll-interval", "PT0.3S")
                .with("image-gen.intake.linger", "PT1S")
                .with("image-gen.drain", "PT3S")
                .with("image-gen.retry", "PT0.2S")
                .with("mp.jwt.verify.publickey", issuer.publicKey())
                .with("mp.jwt.verify.issuer", Issuer.NAME))).toList();
    }

    /** Starts those that don't run. */
    void start() {
        nodes.stream().filter(node -> !node.runs()).forEach(ServerProcess::start);
    }

    Gateway gateway(int node) {
        return new Gateway(nodes.get(node).uri());
    }

    /** A stream that is open. */
    EventStream stream(int node, String user, String query) {
        EventStream stream = gateway(node).events(query, issuer.token(user));
        stream.next();
        return stream;
    }

    /** Clients that read, spread over the nodes; returns when all do. */
    List<Roamer> roamers(int count) {
        List<URI> addresses = nodes.stream().map(ServerProcess::uri).toList();
        List<Roamer> clients = IntStream.range(0, count).mapToObj(number -> {
            String user = "roamer-" + number;
            return new Roamer(user, issuer.token(user), addresses, number);
        }).toList();
        clients.forEach(Roamer::start);
        clients.forEach(client -> Eventually.holds(client::open));
        return clients;
    }

    /** One after the other, as a service manager does it. */
    void restart() {
        for (ServerProcess node : nodes) {
            node.terminate().ended();
            node.start();
        }
    }

    @Override
    public void close() {
        nodes.forEach(ServerProcess::close);
        redis.close();
        backend.close();
    }
}

package imagegen.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Opens connections to the server that may be written to. */
final class Connector {

    private static final System.Logger LOG = System.getLogger(Connector.class.getName());

    /** A lease, or what became of sessions, would be on another server of it than the users' logs. */
    static final String CLUSTER = "this is a Redis Cluster, which the nodes can't share; take one server, with replicas";
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

    private final RedisConfig config;

    Connector(RedisConfig config) {
        this.config = config;
    }

    /**
     * A connection, and the run of the server at its other end: another after each of its starts, and each time that it
     * becomes the one that is written to. Whatever was written in another run may be lost.
     */
    record Opened(Line connection, String run) implements AutoCloseable {
        @Override
        public void close() {
            try {
                connection.forceDisconnect();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.DEBUG, "closing a connection failed", e);
            }
        }
    }

    /**
     * Blocks for at most some time-outs.
     *
     * @throws JedisException if there is no server, it refuses, or it can't be written to
     */
    Opened open() {
        HostAndPort address = config.master().map(this::master).orElseGet(() -> config.nodes().getFirst());
        Line connection = new Line(address, settings(true));
        try {
            connection.sendCommand(Command.INFO, "server", "replication");
            Map<String, String> info = connection.getBulkReply().lines().filter(line -> line.contains(":"))
                    .collect(Collectors.toMap(line -> line.substring(0, line.indexOf(':')),
                            line -> line.substring(line.indexOf(':') + 1).strip(), (first, second) -> first));
            if ("cluster".equals(info.get("redis_mode"))) {
                throw new JedisDataException(CLUSTER);
            }
            connection.sendCommand(Command.SET, config.prefix() + ":alive", "1", "PX", "60000");
            connection.getStatusCodeReply();
            return new Opened(connection, info.get("run_id") + ":" + info.get("master_replid"));
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Whether the server says something without TLS, as none does that wants it. Blocks for at most some time-outs. */
    boolean speaksClearText() {
        int timeout = Math.toIntExact(config.timeout().toMillis());
        HostAndPort address = config.nodes().getFirst();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), timeout);
            socket.setSoTimeout(timeout);
            socket.getOutputStream().write(PING);
            int first = socket.getInputStream().read();
            return first == '+' || first == '-';
        } catch (IOException e) {
            return false;
        }
    }

    /** As the first sentinel says that knows one. */
    private HostAndPort master(String name) {
        JedisException last = new JedisConnectionException("no sentinel knows " + name);
        for (HostAndPort sentinel : config.nodes()) {
            try (Connection connection = new Connection(sentinel, settings(false))) {
                connection.sendCommand(Command.SENTINEL, "get-master-addr-by-name", name);
                List<String> address = connection.getMultiBulkReply();
                if (address != null) {
                    return new HostAndPort(address.get(0), Integer.parseInt(address.get(1)));
                }
            } catch (JedisException e) {
                last = e;
            }
        }
        throw last;
    }

    private DefaultJedisClientConfig settings(boolean server) {
        int timeout = Math.toIntExact(config.timeout().toMillis());
        var settings = DefaultJedisClientConfig.builder().connectionTimeoutMillis(timeout).socketTimeoutMillis(timeout);
        if (config.tls()) {
            settings.sslOptions(SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build());
        }
        if (server) {
            settings.user(config.user().orElse(null)).password(config.password().orElse(null))
                    .database(config.database()).clientName("image-gen");
        }
        return settings.build();
    }
}

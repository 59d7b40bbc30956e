package imagegen.redis;

import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;

/** A connection on which one thread may speak while another listens. */
final class Line extends Connection {

    Line(HostAndPort address, JedisClientConfig settings) {
        super(address, settings);
    }

    /** Sends at once and awaits no answer. */
    void post(Command command, String... words) {
        sendCommand(command, words);
        flush();
    }
}

package imagegen.redis;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/** What this node listens to, over one connection. */
final class Channels {

    private final Redis redis;
    private final Map<String, Redis.Listener> listeners = new ConcurrentHashMap<>();
    private final Object sending = new Object();

    /** Guarded by sending. */
    private Connector.Opened opened;
    private volatile long heardAt;

    Channels(Redis redis) {
        this.redis = redis;
    }

    void subscribe(String channel, Redis.Listener listener) {
        listeners.put(channel, listener);
        send(Command.SUBSCRIBE, channel);
    }

    void unsubscribe(String channel) {
        listeners.remove(channel);
        send(Command.UNSUBSCRIBE, channel);
    }

    /**
     * Listens until the connection ends or fails.
     *
     * @param state before it was opened: where Redis was lost or closed since, nobody is left to cut this line
     */
    void listen(Connector.Opened fresh, Redis.State state) {
        Line connection = fresh.connection();
        connection.setTimeoutInfinite();
        heardAt = redis.time().nanos();
        synchronized (sending) {
            if (!redis.still(state) || !fresh.run().equals(state.run())) {
                fresh.close();
                return;
            }
            opened = fresh;
            send(Command.SUBSCRIBE, redis.name("all"));
            listeners.keySet().forEach(channel -> send(Command.SUBSCRIBE, channel));
        }
        try {
            while (true) {
                Object message = connection.getUnflushedObject();
                heardAt = redis.time().nanos();
                if (message instanceof List<?> parts && parts.size() == 3) {
                    hand(text(parts.get(0)), text(parts.get(1)), parts.get(2));
                }
            }
        } finally {
            synchronized (sending) {
                opened = null;
            }
            fresh.close();
        }
    }

    /** Asks for a sign of life; cuts a line on which none came since the call before. */
    void ping() {
        synchronized (sending) {
            if (opened != null && redis.time().passed(redis.config().timeout().multipliedBy(2), heardAt)) {
                opened.close();
            }
        }
        send(Command.PING);
    }

    void cut() {
        synchronized (sending) {
            if (opened != null) {
                opened.close();
            }
        }
    }

    private void hand(String kind, String channel, Object message) {
        Redis.Listener listener = listeners.get(channel);
        if (listener != null) {
            try {
                switch (kind) {
                    case "message" -> listener.heard((byte[]) message);
                    case "subscribe" -> listener.listening();
                    default -> { }
                }
            } catch (RuntimeException | Error e) {
                System.getLogger(Channels.class.getName()).log(System.Logger.Level.ERROR, "a message was lost", e);
            }
        }
    }

    private void send(Command command, String... channel) {
        synchronized (sending) {
            if (opened != null) {
                try {
                    opened.connection().post(command, channel);
                } catch (JedisException e) {
                    opened.close();
                }
            }
        }
    }

    private static String text(Object bytes) {
        return bytes instanceof byte[] raw ? new String(raw, java.nio.charset.StandardCharsets.UTF_8) : "";
    }
}

package imagegen.redis;

import imagegen.config.Settings;
import imagegen.time.Time;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Redis, up or down. Any thread; nothing blocks but {@link #start} and {@link #close}.
 *
 * <p>It counts as down from the first call that fails, for whatever reason: no answer in time, no memory left, a
 * replica that takes no writes. Calls then fail at once, and it is tried again every second until it takes a write.
 */
public final class Redis implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Redis.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int LANES = 2;
    private static final Script NOTHING = Script.of(Redis.class, "nothing.lua");

    /**
     * @param run        of the server, another after each of its starts; empty before the first
     * @param generation counts how often it came up
     * @param trouble    in words, where it is down
     */
    public record State(boolean up, String run, long generation, String trouble) {
    }

    /** Told of ups and downs, in their order, on a thread that it must not block. */
    public interface Watcher {
        void changed(State state);
    }

    /**
     * Of a channel. All are told on one thread, which they must not block. Redis delivers at most once: whoever listens
     * compares notes whenever it begins to listen, and now and then.
     */
    public interface Listener {
        /** From now on messages come; some may have been missed. Again after each break of the line. */
        void listening();

        void heard(byte[] message);
    }

    private final RedisConfig config;
    private final Time time;
    private final Connector connector;
    private final Lane[] lanes = new Lane[LANES];
    private final Channels channels;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final ThreadFactory threads;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile State state = new State(false, "", 0, "not tried yet");

    public Redis(RedisConfig config, Time time, ThreadFactory threads) {
        this.config = config;
        this.time = time;
        this.threads = threads;
        this.connector = new Connector(config);
        this.channels = new Channels(this);
        for (int i = 0; i < LANES; i++) {
            lanes[i] = new Lane(this);
        }
    }

    /**
     * Tries Redis once. Blocks.
     *
     * @throws Settings.InvalidSetting naming the key, where this can never work: Redis refuses the user or the
     *     password, TLS fails, or it is a Redis Cluster
     */
    void check() {
        try {
            connector.open().close();
        } catch (JedisException e) {
            Optional<String> why = neverWorks(e);
            if (why.isEmpty() && config.tls() && connector.speaksClearText()) {
                why = Optional.of("Redis speaks without TLS there, so it is redis:// and not rediss://");
            }
            why.ifPresent(it -> {
                throw new Settings.InvalidSetting(RedisConfig.URL + ": " + it + ": " + words(e));
            });
        }
    }

    /** Tries Redis, then goes on trying by itself until it is closed. Blocks for at most some time-outs. */
    public void start() {
        try {
            comeUp();
        } catch (JedisException e) {
            state = new State(false, "", 0, words(e));
            LOG.log(Level.WARNING, "Redis is down: {0}. This node goes on alone and tries again", words(e));
        }
        for (Lane lane : lanes) {
            threads.newThread(lane).start();
        }
        threads.newThread(this::listen).start();
        threads.newThread(this::watch).start();
    }

    public void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    public State state() {
        return state;
    }

    /**
     * Runs a script.
     *
     * @param lane calls with the same one are carried out in the order in which they came
     * @param done given the answer or a failure; on a thread that it must not block
     */
    public void run(Script script, String lane, byte[][] keys, byte[][] arguments,
                    BiConsumer<Object, RedisException> done) {
        lanes[Math.floorMod(lane.hashCode(), LANES)].add(new Lane.Call(script, keys, arguments, done));
    }

    /** Runs the task once all that was asked for until now has been done; never, if some of it has failed. */
    public void afterAll(Runnable task) {
        AtomicInteger left = new AtomicInteger(LANES);
        for (Lane lane : lanes) {
            lane.add(new Lane.Call(NOTHING, new byte[0][], new byte[0][], (answer, failure) -> {
                if (failure == null && left.decrementAndGet() == 0) {
                    task.run();
                }
            }));
        }
    }

    /** More is asked of it than it gets done: it counts as down for a while. */
    public void giveUp() {
        lost(state.generation(), "it is too slow");
    }

    /** Listens to a channel until {@link #unsubscribe}, however often the line breaks. */
    public void subscribe(String channel, Listener listener) {
        channels.subscribe(channel, listener);
    }

    public void unsubscribe(String channel) {
        channels.unsubscribe(channel);
    }

    /** A key or channel of ours. */
    public String name(String rest) {
        return config.prefix() + ':' + rest;
    }

    /** A key or channel of ours that is one user's: all of theirs have one hash tag. */
    public String name(String user, String rest) {
        return name("{" + URLEncoder.encode(user, StandardCharsets.UTF_8) + "}:" + rest);
    }

    @Override
    public void close() {
        closed.countDown();
        channels.cut();
    }

    /** Neither lost nor closed since. */
    boolean still(State before) {
        return open() && state == before;
    }

    boolean open() {
        return closed.getCount() > 0;
    }

    Time time() {
        return time;
    }

    RedisConfig config() {
        return config;
    }

    Connector.Opened connect() {
        return connector.open();
    }

    /** What failed was of that generation: Redis is down, unless it has come up again since. */
    void lost(long generation, String trouble) {
        synchronized (watchers) {
            if (!state.up() || state.generation() != generation || !open()) {
                return;
            }
            state = new State(false, state.run(), generation, trouble);
            LOG.log(Level.WARNING, "Redis is down: {0}. This node goes on alone and tries again", trouble);
            watchers.forEach(watcher -> watcher.changed(state));
        }
        channels.cut();
    }

    private void comeUp() {
        try (Connector.Opened opened = connector.open()) {
            synchronized (watchers) {
                boolean first = state.generation() == 0;
                state = new State(true, opened.run(), state.generation() + 1, "");
                LOG.log(Level.INFO, first ? "Redis is up" : "Redis is up again");
                watchers.forEach(watcher -> watcher.changed(state));
            }
        }
    }

    /** Tries while it is down; looks whether it is still the same while it is up. */
    private void watch() {
        try {
            while (!closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                State before = state;
                try {
                    if (before.up()) {
                        channels.ping();
                        look(before);
                    } else {
                        comeUp();
                    }
                } catch (JedisException e) {
                    lost(before.generation(), words(e));
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "watching Redis failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(State before) {
        try (Connector.Opened opened = connector.open()) {
            if (!opened.run().equals(before.run())) {
                lost(before.generation(), "it was restarted, or another has taken its place");
            }
        }
    }

    private void listen() {
        try {
            while (open()) {
                State before = state;
                if (before.up()) {
                    try {
                        channels.listen(connector.open(), before);
                    } catch (JedisException e) {
                        LOG.log(Level.DEBUG, "the line to Redis is broken: {0}", words(e));
                    }
                }
                closed.await(50, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<String> neverWorks(Throwable e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof JedisAccessControlException || message.startsWith("NOAUTH")
                || message.contains("without any password configured")) {
            return Optional.of("Redis refuses the user or the password");
        }
        if (e instanceof SSLException) {
            return Optional.of("no TLS with Redis");
        }
        if (message.startsWith("Unknown reply")) {
            return Optional.of("no Redis speaks there without TLS, for which it is rediss:// and not redis://");
        }
        if (message.equals(Connector.CLUSTER)) {
            return Optional.of("Redis can't be used");
        }
        // Jedis tries all addresses of a host and tells of each as suppressed
        return Stream.concat(Stream.ofNullable(e.getCause()), Stream.of(e.getSuppressed()))
                .flatMap(cause -> neverWorks(cause).stream()).findFirst();
    }

    static String words(JedisException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** Text as Redis takes it. */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

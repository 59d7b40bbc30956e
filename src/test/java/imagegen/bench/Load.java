package imagegen.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Clients, any number of them, on one thread; measures what arrives from a given number on. */
final class Load implements AutoCloseable {

    private static final int CONNECTING_AT_ONCE = 64;

    /** What arrived. */
    record Arrived(long updates, long missed, long repeated, Samples latency) {
    }

    /** What is done on the load's thread. */
    interface Task {
        void run() throws IOException;
    }

    private record Planned(long dueNanos, Task task) {
    }

    private final int port;
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private final Thread thread = new Thread(this::run, "load");
    private final List<Connection> connections = new ArrayList<>();

    // The load's thread
    private final Queue<Connection> waiting = new ArrayDeque<>();
    private final PriorityQueue<Planned> planned =
            new PriorityQueue<>((one, other) -> Long.signum(one.dueNanos - other.dueNanos));
    private int connecting;
    private Samples latency = new Samples();
    private long missed;
    private long repeated;

    // Written by the load's thread, except firstNumber
    private volatile int open;
    private volatile long updates;
    private volatile Throwable failure;
    private volatile long firstNumber = Long.MAX_VALUE;
    private volatile boolean closed;

    Load(int port) throws IOException {
        this.port = port;
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    /** Opens all connections, and returns when each has its answer. */
    void open() throws InterruptedException, TimeoutException {
        waiting.addAll(connections);
        thread.start();
        await(Duration.ofSeconds(60), () -> open == connections.size(), "not all connections could be opened");
    }

    /** Counts from this number on. To be called before it is sent. */
    void countFrom(long number) {
        firstNumber = number;
    }

    /** Waits until so many updates have arrived, but not longer than that. */
    boolean await(long count, Duration patience) throws InterruptedException {
        try {
            await(patience, () -> updates >= count, "");
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void await(Duration patience, BooleanSupplier condition, String otherwise)
            throws InterruptedException, TimeoutException {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (failure != null) {
                throw new IllegalStateException("the load failed", failure);
            }
            if (System.nanoTime() - begun > patience.toNanos()) {
                throw new TimeoutException(otherwise);
            }
            Thread.sleep(1);
        }
    }

    /** Ends all connections; what has arrived is final. */
    Arrived end() throws InterruptedException, IOException {
        close();
        if (failure != null) {
            throw new IllegalStateException("the load failed", failure);
        }
        return new Arrived(updates, missed, repeated, latency);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    long firstNumber() {
        return firstNumber;
    }

    void opened() {
        connecting--;
        open = open + 1;
    }

    /** @param ahead how many updates of the connection are missing before this one; negative: it was there before */
    void delivered(long writtenAtNanos, long ahead) {
        latency.add(System.nanoTime() - writtenAtNanos);
        if (ahead > 0) {
            missed += ahead;
        } else if (ahead < 0) {
            repeated++;
        }
        updates = updates + 1;
    }

    void later(Duration delay, Task task) {
        planned.add(new Planned(System.nanoTime() + delay.toNanos(), task));
    }

    private void run() {
        try {
            while (!closed) {
                while (connecting < CONNECTING_AT_ONCE && !waiting.isEmpty()) {
                    connecting++;
                    connect(waiting.remove());
                }
                long now = System.nanoTime();
                while (!planned.isEmpty() && planned.peek().dueNanos - now <= 0) {
                    planned.remove().task().run();
                }
                selector.select(this::ready, planned.isEmpty() ? 100 : 1);
            }
        } catch (IOException | RuntimeException e) {
            failure = e.getCause() instanceof IOException cause ? cause : e;
        }
    }

    private void connect(Connection connection) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
        connection.connected(channel.register(selector, SelectionKey.OP_READ, connection));
        connection.begin();
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            int read = ((SocketChannel) key.channel()).read(buffer.clear());
            if (read < 0) {
                throw new IOException("the server ended a connection");
            }
            connection.read(buffer.flip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

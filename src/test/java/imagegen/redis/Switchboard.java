package imagegen.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An address that leads to one server, then to another, as a fail-over does. */
public final class Switchboard implements AutoCloseable {

    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;

    public Switchboard(int target) {
        this.target = target;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::take);
    }

    public String url() {
        return "redis://127.0.0.1:" + listening.getLocalPort();
    }

    /** New connections lead there; those that are open are cut. */
    public void leadTo(int port) {
        target = port;
        cut();
    }

    public void cut() {
        open.forEach(Switchboard::close);
    }

    @Override
    public void close() {
        close(listening);
        cut();
    }

    private void take() {
        while (!listening.isClosed()) {
            try {
                Socket here = listening.accept();
                open.add(here);
                try {
                    Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
                    open.add(there);
                    start(() -> copy(here, there));
                    start(() -> copy(there, here));
                } catch (IOException nobody) {
                    close(here);
                }
            } catch (IOException over) {
                close(listening);
            }
        }
    }

    private void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException cut) {
            // What it is for
        } finally {
            close(from);
            close(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "switchboard");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

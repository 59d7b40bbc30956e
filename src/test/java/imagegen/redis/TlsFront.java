package imagegen.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** TLS before a server that speaks without it, under a certificate of its own making for one address. */
public final class TlsFront implements AutoCloseable {

    private static final String PASSWORD = "password";

    private final Path store;
    private final int target;
    private final SSLServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** @param name of the certificate, as {@code ip:127.0.0.1} */
    public TlsFront(int target, String name) throws Exception {
        this.target = target;
        store = Files.createTempDirectory("image-gen-tls").resolve("store.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process made = new ProcessBuilder(keytool.toString(), "-genkeypair", "-keystore", store.toString(),
                "-storepass", PASSWORD, "-storetype", "PKCS12", "-alias", "redis", "-keyalg", "EC", "-dname", "CN=redis",
                "-ext", "san=" + name).inheritIO().start();
        if (made.waitFor() != 0) {
            throw new IllegalStateException("keytool failed");
        }
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        listening = (SSLServerSocket) context.getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::take);
    }

    public int port() {
        return listening.getLocalPort();
    }

    public String url() {
        return "rediss://127.0.0.1:" + port();
    }

    /** This JVM trusts the certificate, and no other, while that runs. */
    public void trustedWhile(Runnable action) {
        System.setProperty("javax.net.ssl.trustStore", store.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        try {
            action.run();
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
        Files.delete(store);
        Files.delete(store.getParent());
    }

    private void take() {
        while (!listening.isClosed()) {
            try {
                Socket here = listening.accept();
                Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(here);
                open.add(there);
                start(() -> copy(here, there));
                start(() -> copy(there, here));
            } catch (IOException over) {
                return;
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException cut) {
            // A handshake that failed, or the end
        }
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().name("tls-front").start(task);
    }
}

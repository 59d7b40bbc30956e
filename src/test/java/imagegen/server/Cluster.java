package imagegen.server;

import imagegen.redis.RedisProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * What {@code mvn -Pcluster} runs: a Redis, two nodes that share it, and a third server as their image backend and
 * identity, all on loopback. Ends with Ctrl-C, with the Maven that began it, and when both nodes or the backend are gone.
 *
 * <p>Arguments: the server's name and home, image-gen.war, the first of three ports that are free.
 */
final class Cluster {

    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    private final Server server;
    private final Path war;
    private final Map<String, Process> all = new TreeMap<>();

    private Cluster(Server server, Path war) {
        this.server = server;
        this.war = war;
    }

    public static void main(String[] args) throws Exception {
        int first = Serve.port(args[3]);
        int second = Serve.port(Integer.toString(first + 1));
        int third = Serve.port(Integer.toString(first + 2));
        new Cluster(Server.of(args[0], Path.of(args[1])), Path.of(args[2]).toAbsolutePath()).run(first, second, third);
    }

    private void run(int first, int second, int third) throws Exception {
        Path key = war.resolveSibling("image-gen-dev-key.pem");
        RedisProcess redis = RedisProcess.start();
        URI backend = start("backend", third, Map.of("IMAGE_GEN_BACKEND_URL", "embedded",
                "IMAGE_GEN_EMBEDDED_KEY_FILE", key.toString(),
                "IMAGE_GEN_EMBEDDED_IMAGES_URL", address(third).toString()));
        Map<String, String> shared = Map.of("IMAGE_GEN_BACKEND_URL", backend.toString(),
                "IMAGE_GEN_LOG_STORE", "redis",
                "IMAGE_GEN_REDIS_URL", redis.url(),
                "IMAGE_GEN_DRAIN", "PT2S",
                "MP_JWT_VERIFY_PUBLICKEY", publicKey(key),
                "MP_JWT_VERIFY_ISSUER", "urn:image-gen:embedded");
        URI one = start("node-1", first, shared);
        URI two = start("node-2", second, shared);
        System.out.printf("""

                Two nodes that share a Redis are ready (Ctrl-C ends them all):

                  sign in first at  %s  which is their image backend, and signs in anyone
                  node 1            %s
                  node 2            %s
                  Redis             %s

                What each says is in target/cluster. End a node, and go on at the other.

                """, backend, one, two, redis.url());
        CompletableFuture.anyOf(all.get("backend").onExit(),
                CompletableFuture.allOf(ended("node-1"), ended("node-2"))).join();
        System.exit(1);
    }

    private CompletableFuture<Void> ended(String node) {
        return all.get(node).onExit().thenRun(
                () -> System.out.println(node + " has ended; its clients can go on at the other"));
    }

    private URI start(String name, int port, Map<String, String> environment) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(war.resolveSibling("cluster"));
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = server.serving(war, new Server.Ports(port), folder.resolve(name), List.of())
                .redirectErrorStream(true).redirectOutput(Redirect.to(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment().putIfAbsent("IMAGE_GEN_ROLLOUT_FILE", Folders.config("rollout.properties").toString());
        Process process = new Ward(builder.start()).process();
        all.put(name, process);
        System.out.println("Starting " + name);
        if (!Answer.of(address(port)).awaited(process, Serve.PATIENCE)) {
            System.err.println(name + " did not come up; " + log + " says why.");
            System.exit(1);
        }
        return address(port);
    }

    private static URI address(int port) {
        return URI.create("http://" + Server.HOST + ":" + port + "/");
    }

    /** Of the embedded identity, which keeps its private key there. */
    private static String publicKey(Path file) throws IOException, GeneralSecurityException {
        byte[] bytes = Base64.getMimeDecoder().decode(Files.readString(file).replaceAll("-----.*-----", ""));
        KeyFactory rsa = KeyFactory.getInstance("RSA");
        RSAPrivateCrtKey key = (RSAPrivateCrtKey) rsa.generatePrivate(new PKCS8EncodedKeySpec(bytes));
        byte[] open = rsa.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent())).getEncoded();
        return "-----BEGIN PUBLIC KEY-----\n" + BASE64.encodeToString(open) + "\n-----END PUBLIC KEY-----\n";
    }
}

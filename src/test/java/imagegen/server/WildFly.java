package imagegen.server;

import static imagegen.server.Folders.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** From its zip: a base folder of its own for each process, and the WAR in the folder of deployments. */
record WildFly(Path home) implements Server {

    private static final int MANAGEMENT_AFTER_HTTP = 9990 - 8080;

    @Override
    public ProcessBuilder serving(Path war, Ports ports, Path folder, List<String> jvmFlags) throws IOException {
        Path distribution = Folders.onlyFolderIn(home);
        Path base = Folders.empty(folder);
        Folders.copyAll(distribution.resolve("standalone"), base);
        Folders.copy(war, base.resolve("deployments/image-gen.war"));
        ProcessBuilder builder = new ProcessBuilder(
                distribution.resolve("bin").resolve("standalone.sh").toString(),
                "-c", "standalone-microprofile.xml", "--yaml=" + config("wildfly/image-gen.yml"),
                "-b", HOST, "-bmanagement", HOST, "-Djboss.server.base.dir=" + base,
                "-Djboss.http.port=" + ports.http(), "-Djboss.https.port=" + ports.tls().orElseGet(this::freePort),
                "-Djboss.management.http.port=" + management(ports.http()))
                .directory(base.toFile()).redirectErrorStream(true);
        builder.environment().putAll(Map.of(
                "JAVA_HOME", Folders.javaHome().toString(),
                "PREPEND_JAVA_OPTS", "@" + config("jvm.options") + " " + String.join(" ", jvmFlags),
                // The script hands a signal on only then
                "LAUNCH_JBOSS_IN_BACKGROUND", "true"));
        return builder;
    }

    /** Its management port is as far from it as the defaults are from each other, and free as well. */
    @Override
    public int freePort() {
        while (true) {
            int port = Server.super.freePort();
            if (management(port) <= 65535) {
                try (ServerSocket probe = new ServerSocket(management(port), 1, InetAddress.getLoopbackAddress())) {
                    return probe.isBound() ? port : 0;
                } catch (IOException taken) {
                    continue;
                }
            }
        }
    }

    private static int management(int port) {
        return port + MANAGEMENT_AFTER_HTTP;
    }

    @Override
    public URI health(URI served) {
        return URI.create("http://" + HOST + ":" + management(served.getPort()) + "/health/");
    }
}

package imagegen.server;

import static imagegen.server.Folders.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** From its zip: a user folder of its own for each process, and the WAR in the folder of applications. */
record OpenLiberty(Path home) implements Server {

    @Override
    public ProcessBuilder serving(Path war, Ports ports, Path folder, List<String> jvmFlags) throws IOException {
        Path user = Folders.empty(folder);
        Path server = user.resolve("servers/image-gen");
        Folders.copy(config("liberty/server.xml"), server.resolve("server.xml"));
        Folders.copy(config("jvm.options"), server.resolve("jvm.options"));
        Folders.copy(war, server.resolve("apps/image-gen.war"));
        ProcessBuilder builder = new ProcessBuilder(
                Folders.onlyFolderIn(home).resolve("bin").resolve("server").toString(), "run", "image-gen")
                .directory(user.toFile()).redirectErrorStream(true);
        builder.environment().putAll(Map.of(
                "JAVA_HOME", Folders.javaHome().toString(),
                "JVM_ARGS", String.join(" ", jvmFlags),
                "WLP_USER_DIR", user.toString(),
                "HTTP_HOST", HOST,
                "HTTP_PORT", String.valueOf(ports.http())));
        // With a password it makes itself a certificate
        ports.tls().ifPresent(port -> builder.environment().putAll(Map.of(
                "HTTPS_PORT", String.valueOf(port), "keystore_password", "of a certificate for " + port)));
        return builder;
    }
}

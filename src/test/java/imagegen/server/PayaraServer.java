package imagegen.server;

import static imagegen.server.Folders.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The full server, from its zip: a domain of its own for each process, and the WAR in the domain's autodeploy folder. */
record PayaraServer(Path home) implements Server {

    private static final int TLS = 8181;
    private static final String LISTENER =
            "set configs.config.server-config.network-config.network-listeners.network-listener.";

    @Override
    public ProcessBuilder serving(Path war, Ports ports, Path folder, List<String> jvmFlags) throws IOException {
        Path payara = Folders.onlyFolderIn(home);
        Path domains = Folders.empty(folder);
        Path domain = domains.resolve("domain1");
        Folders.copyAll(payara.resolve("glassfish/domains/domain1"), domain);
        Folders.copy(war, domain.resolve("autodeploy/image-gen.war"));
        // That of JMS is opened before the commands are heard
        Path configuration = domain.resolve("config/domain.xml");
        Files.writeString(configuration,
                Files.readString(configuration).replace("value=\"7676\"", "value=\"" + freePort() + "\""));
        Path preBoot = Folders.commands(config("payara-server/pre-boot.txt"), List.of(
                LISTENER + "http-listener-1.port=" + ports.http(),
                LISTENER + "http-listener-1.address=" + HOST,
                LISTENER + "http-listener-2.port=" + ports.tls().orElse(TLS),
                LISTENER + "http-listener-2.address=" + HOST,
                LISTENER + "http-listener-2.enabled=" + ports.tls().isPresent(),
                LISTENER + "admin-listener.port=" + freePort()), domains.resolve("pre-boot.txt"));
        ProcessBuilder builder = new ProcessBuilder(config("payara-server/start").toString(), payara.toString(),
                preBoot.toString(), config("jvm.options").toString(), "--domaindir", domains.toString())
                .directory(domain.toFile()).redirectErrorStream(true);
        builder.environment().putAll(Map.of(
                "AS_JAVA", Folders.javaHome().toString(), "JDK_JAVA_OPTIONS", String.join(" ", jvmFlags)));
        return builder;
    }
}

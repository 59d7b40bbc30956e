package imagegen.server;

import static imagegen.server.Folders.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The full server, from its zip: a domain of its own for each process, and the WAR in the domain's autodeploy folder. */
record PayaraServer(Path home) implements Server {

    private static final int TLS = 8181;
    private static final String LISTENER =
            "set configs.config.server-config.network-config.network-listeners.network-listener.";

    @Override
    public ProcessBuilder serving(Path war, Ports ports, Path folder, List<String> jvmFlags) throws IOException {
        Path glassfish = Folders.onlyFolderIn(home).resolve("glassfish");
        Path domains = Folders.empty(folder);
        Path domain = domains.resolve("domain1");
        Folders.copyAll(glassfish.resolve("domains/domain1"), domain);
        Folders.copy(war, domain.resolve("autodeploy/image-gen.war"));
        Path preBoot = Folders.commands(config("payara-server/pre-boot.txt"), List.of(
                LISTENER + "http-listener-1.port=" + ports.http(),
                LISTENER + "http-listener-1.address=" + HOST,
                LISTENER + "http-listener-2.port=" + ports.tls().orElse(TLS),
                LISTENER + "http-listener-2.address=" + HOST,
                LISTENER + "http-listener-2.enabled=" + ports.tls().isPresent(),
                LISTENER + "admin-listener.port=" + freePort()), domains.resolve("pre-boot.txt"));
        List<String> command = command(glassfish, domains, preBoot);
        command.add(1, "@" + config("jvm.options"));
        command.addAll(2, jvmFlags);
        // It reads the passwords that asadmin would have asked for to the end of its input
        Path none = Files.createFile(domains.resolve("passwords"));
        return new ProcessBuilder(command).directory(domain.toFile()).redirectErrorStream(true)
                .redirectInput(none.toFile());
    }

    /** What {@code asadmin start-domain} would start, which would leave a process in between that gets the signals. */
    private static List<String> command(Path glassfish, Path domains, Path preBoot) throws IOException {
        ProcessBuilder asadmin = new ProcessBuilder(Folders.java(), "-jar",
                glassfish.resolve("lib/client/appserver-cli.jar").toString(), "start-domain", "--dry-run", "--verbose",
                "--domaindir", domains.toString(), "--prebootcommandfile", preBoot.toString(), "domain1")
                .redirectErrorStream(true);
        asadmin.environment().put("AS_JAVA", Folders.javaHome().toString());
        Process asked = asadmin.start();
        String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>(said.lines().dropWhile(line -> !line.equals(Folders.java())).takeWhile(
                line -> !line.isBlank()).toList());
        if (lines.isEmpty()) {
            throw new IOException("asadmin does not say how it starts the server: " + said);
        }
        return lines;
    }
}

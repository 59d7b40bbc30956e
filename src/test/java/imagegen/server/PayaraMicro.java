package imagegen.server;

import static imagegen.server.Folders.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One jar that is the server: no installation, no folder but the one it runs in. */
record PayaraMicro(Path jar) implements Server {

    private static final String ADDRESS = "set configs.config.server-config.network-config.network-listeners."
            + "network-listener.%s.address=" + HOST;

    @Override
    public ProcessBuilder serving(Path war, Ports ports, Path folder, List<String> jvmFlags) throws IOException {
        Path workplace = Folders.empty(folder);
        Path preBoot = Folders.commands(config("payara-micro/pre-boot.txt"),
                List.of(ADDRESS.formatted("http-listener"), ADDRESS.formatted("https-listener")),
                workplace.resolve("pre-boot.txt"));
        List<String> command = new ArrayList<>();
        command.add(Folders.java());
        command.add("@" + config("jvm.options"));
        command.addAll(jvmFlags);
        ports.tls().ifPresent(port -> command.add("-Dpayaramicro.sslPort=" + port));
        command.addAll(List.of("-Djava.awt.headless=true", "-jar", jar.toAbsolutePath().toString(),
                "--prebootcommandfile", preBoot.toString(), "--nohazelcast", "--disablephonehome",
                "--port", String.valueOf(ports.http()), "--deploy", war.toAbsolutePath().toString(), "--contextroot", "/"));
        return new ProcessBuilder(command).directory(workplace.toFile()).redirectErrorStream(true);
    }
}

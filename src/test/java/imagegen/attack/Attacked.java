package imagegen.attack;

import imagegen.server.ServerProcess;
import java.nio.file.Path;

/** The server that is attacked: as shipped, with the embedded backend, and with files of its own. */
final class Attacked {

    private Attacked() {
    }

    static ServerProcess named(String name) {
        return ServerProcess.named(name)
                .with("image-gen.backend.url", "embedded")
                .with("image-gen.embedded.pace", "PT0.5S")
                .with("image-gen.embedded.key-file", Path.of("target", name + "-key.pem").toAbsolutePath())
                .with("image-gen.rollout.file", Path.of("target", name + "-rollout.properties").toAbsolutePath());
    }
}

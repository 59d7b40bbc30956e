package imagegen.it;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR that the build made, with a configuration of its own: nothing else in it differs from what is shipped. */
final class GatewayWar {

    private final String name;
    private final Map<String, String> configuration = new TreeMap<>();

    private GatewayWar(String name) {
        this.name = name;
    }

    /** @param name of the archive, and so its context path */
    static GatewayWar named(String name) {
        return new GatewayWar(name);
    }

    GatewayWar with(String key, Object value) {
        configuration.put(key, value.toString());
        return this;
    }

    /** Takes the tokens of that issuer. */
    GatewayWar trusting(Issuer issuer) {
        return with("mp.jwt.verify.publickey", issuer.publicKey()).with("mp.jwt.verify.issuer", Issuer.NAME);
    }

    /** With the backend that is inside the WAR, which draws an image in so much time, and in that where it is slow. */
    GatewayWar drawing(Duration pace, Duration slowPace) {
        return with("image-gen.backend.url", "embedded")
                .with("image-gen.embedded.key-file", Path.of("target", name + "-key.pem").toAbsolutePath())
                .with("image-gen.embedded.pace", pace).with("image-gen.embedded.slow-pace", slowPace);
    }

    WebArchive archive() {
        String properties = configuration.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + escaped(entry.getValue()))
                .collect(Collectors.joining("\n", "", "\n"));
        return ShrinkWrap.create(ZipImporter.class, name + ".war")
                .importFrom(new File(System.getProperty("image-gen.war"))).as(WebArchive.class)
                .addAsResource(new StringAsset(properties), "META-INF/microprofile-config.properties");
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\r", "").replace("\n", "\\n");
    }
}

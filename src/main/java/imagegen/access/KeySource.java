package imagegen.access;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.Config;
import org.jose4j.http.Get;

/** Where the issuer's public keys are. */
interface KeySource {

    String INLINE = "mp.jwt.verify.publickey";
    String LOCATION = "mp.jwt.verify.publickey.location";

    /** The text of the keys. May block for some seconds, but not for ever. */
    String read() throws IOException;

    /** Whether a later reading may find others. */
    default boolean changes() {
        return true;
    }

    /** The keys themselves. */
    record Inline(String text) implements KeySource {
        @Override
        public String read() {
            return text;
        }

        @Override
        public boolean changes() {
            return false;
        }
    }

    /** A file of this machine. */
    record Local(Path path) implements KeySource {
        @Override
        public String read() throws IOException {
            return Files.readString(path);
        }
    }

    /** A resource in the WAR. */
    record Packed(String name) implements KeySource {
        @Override
        public String read() throws IOException {
            try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(name)) {
                if (in == null) {
                    throw new FileNotFoundException("no such resource in the application: " + name);
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        @Override
        public boolean changes() {
            return false;
        }
    }

    /** A JWKS of an identity provider. */
    record Remote(URI location) implements KeySource {
        private static final int TIMEOUT = 3_000;
        private static final int LARGEST = 256 * 1024;

        @Override
        public String read() throws IOException {
            var get = new Get();
            get.setConnectTimeout(TIMEOUT);
            get.setReadTimeout(TIMEOUT);
            get.setRetries(0);
            get.setResponseBodySizeLimit(LARGEST);
            return get.get(location.toString()).getBody();
        }
    }

    /** @throws IllegalArgumentException unless exactly one of the two keys is set, to something that can be a source */
    static KeySource of(Config config) {
        var inline = TokenRules.text(config, INLINE);
        var location = TokenRules.text(config, LOCATION);
        if (inline.isPresent() && location.isPresent()) {
            throw new IllegalArgumentException("Both " + INLINE + " and " + LOCATION + " are set: only one may be");
        }
        return inline.<KeySource>map(Inline::new).or(() -> location.map(KeySource::at))
                .orElseThrow(() -> new IllegalArgumentException("Neither " + INLINE + " nor " + LOCATION
                        + " is set: one of them gives the key that callers' tokens are verified with"));
    }

    private static KeySource at(String location) {
        try {
            if (location.startsWith("http:") || location.startsWith("https:")) {
                return new Remote(URI.create(location));
            }
            if (location.startsWith("file:")) {
                return new Local(Path.of(URI.create(location)));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(LOCATION + " is no such address: " + e.getMessage(), e);
        }
        return new Packed(location.replaceFirst("^classpath:", "").replaceFirst("^/+", ""));
    }
}

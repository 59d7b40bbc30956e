package imagegen.bench;

import imagegen.it.Issuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** The users {@code user-0}, {@code user-1}, ... and their tokens, of an issuer that lives as long as the run. */
final class Tokens {

    private final Issuer issuer = new Issuer();

    /** Writes the public key for {@code mp.jwt.verify.publickey.location}. */
    void writePublicKey(Path file) throws IOException {
        Files.writeString(file, issuer.publicKey());
    }

    static String user(int index) {
        return "user-" + index;
    }

    List<String> ofUsers(int count) {
        return IntStream.range(0, count).parallel()
                .mapToObj(index -> issuer.token(user(index), Duration.ofDays(1))).toList();
    }

    String ofTheService() {
        return issuer.tokenOfGroup("gateway", "service");
    }
}

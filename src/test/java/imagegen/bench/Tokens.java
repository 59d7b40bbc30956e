package imagegen.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/** The users {@code user-0}, {@code user-1}, ... and their JSON Web Tokens, of a key that lives as long as the run. */
final class Tokens {

    static final String ISSUER = "https://issuer.example";

    private final KeyPair keys;

    Tokens() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    /** Writes the public key for {@code mp.jwt.verify.publickey.location}. */
    void writePublicKey(Path file) throws IOException {
        String key = Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded());
        Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + key + "\n-----END PUBLIC KEY-----\n");
    }

    static String user(int index) {
        return "user-" + index;
    }

    List<String> ofUsers(int count) {
        return IntStream.range(0, count).parallel().mapToObj(index -> mint(user(index), "user")).toList();
    }

    String mint(String subject, String group) {
        Instant now = Instant.now();
        String claims = """
                {"iss":"%s","sub":"%s","upn":"%s","groups":["%s"],"iat":%d,"exp":%d,"jti":"%s"}"""
                .formatted(ISSUER, subject, subject, group, now.getEpochSecond(),
                        now.plus(Duration.ofDays(1)).getEpochSecond(), subject);
        String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
        String body = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(body.getBytes(UTF_8));
            return body + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

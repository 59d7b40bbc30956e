package imagegen.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** Issues tokens as an identity provider does, good ones and bad ones; its key lives as long as the test. */
public final class Issuer {

    public static final String NAME = "https://issuer.example";
    public static final String AUDIENCE = "image-gen";

    private final KeyPair keys;

    public Issuer() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** For {@code mp.jwt.verify.publickey}, in PEM. */
    public String publicKey() {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----";
    }

    /** Those that its tokens are signed and verified with. */
    public KeyPair keys() {
        return keys;
    }

    public String token(String user) {
        return token(user, Duration.ofHours(1));
    }

    /** @param validFor negative: it has ended already */
    public String token(String user, Duration validFor) {
        return sign(claims(user, "user").add("exp", in(validFor)));
    }

    /** For a user of that group, who is none of ours. */
    public String tokenOfGroup(String user, String group) {
        return sign(claims(user, group).add("exp", in(Duration.ofHours(1))));
    }

    /** All that a token usually has, but for the end. */
    private static JsonObjectBuilder claims(String user, String group) {
        return Json.createObjectBuilder().add("iss", NAME).add("sub", user).add("upn", user)
                .add("aud", AUDIENCE)
                .add("groups", Json.createArrayBuilder().add(group)).add("jti", UUID.randomUUID().toString())
                .add("iat", in(Duration.ofHours(-1)));
    }

    private static long in(Duration time) {
        return Instant.now().plus(time).getEpochSecond();
    }

    private String sign(JsonObjectBuilder claims) {
        String header = Json.createObjectBuilder().add("alg", "RS256").add("typ", "JWT").build().toString();
        String body = base64(header.getBytes(UTF_8)) + "." + base64(claims.build().toString().getBytes(UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(body.getBytes(UTF_8));
            return body + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

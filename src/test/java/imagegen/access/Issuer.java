package imagegen.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** Issues real tokens, good and bad ones, with a key of its own. Payara wants all of iss, iat, exp, jti and a name. */
final class Issuer {

    static final String NAME = "https://issuer.example";

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;

    Issuer() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    String publicKeyPem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    String token(String user, Duration validFor) throws GeneralSecurityException {
        return sign(claims(NAME, user, "user", validFor));
    }

    String tokenOfGroup(String user, String group) throws GeneralSecurityException {
        return sign(claims(NAME, user, group, Duration.ofHours(1)));
    }

    String tokenInTheNameOf(String issuer, String user) throws GeneralSecurityException {
        return sign(claims(issuer, user, "user", Duration.ofHours(1)));
    }

    /** With somebody else's claims under this signature. */
    String tampered(String user, String other) throws GeneralSecurityException {
        var parts = token(user, Duration.ofHours(1)).split("\\.");
        return parts[0] + "." + encode(claims(NAME, other, "user", Duration.ofHours(1))) + "." + parts[2];
    }

    String tokenWithoutEnd(String user) throws GeneralSecurityException {
        return sign("{\"iss\":\"" + NAME + "\",\"sub\":\"" + user + "\",\"upn\":\"" + user
                + "\",\"groups\":[\"user\"],\"iat\":" + Instant.now().getEpochSecond() + "}");
    }

    private static String claims(String issuer, String user, String group, Duration validFor) {
        var now = Instant.now();
        return "{\"iss\":\"" + issuer + "\",\"sub\":\"" + user + "\",\"upn\":\"" + user + "\",\"groups\":[\"" + group
                + "\"],\"iat\":" + now.getEpochSecond() + ",\"exp\":" + now.plus(validFor).getEpochSecond()
                + ",\"jti\":\"" + UUID.randomUUID() + "\"}";
    }

    private String sign(String claims) throws GeneralSecurityException {
        var content = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + encode(claims);
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + BASE64URL.encodeToString(signature.sign());
    }

    private static String encode(String text) {
        return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

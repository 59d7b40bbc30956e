package imagegen.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Signs whatever it is given, as an identity provider does, or as nobody should. */
final class Minter {

    static final Minter RSA = rsa(2048);
    static final Minter EC = ec("secp256r1");

    private static final Map<String, String> SIGNATURES = Map.of("RS256", "SHA256withRSA", "RS512", "SHA512withRSA",
            "ES256", "SHA256withECDSAinP1363Format", "ES384", "SHA384withECDSAinP1363Format");

    private final KeyPair keys;

    Minter(KeyPair keys) {
        this.keys = keys;
    }

    static Minter rsa(int bits) {
        return generate("RSA", bits);
    }

    static Minter ec(String curve) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return new Minter(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Minter generate(String type, int bits) {
        try {
            var generator = KeyPairGenerator.getInstance(type);
            generator.initialize(bits);
            return new Minter(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** @param header which names the algorithm that it is signed with, if that is one of public keys */
    String sign(String header, String claims) {
        var algorithm = header.replaceFirst("(?s).*\"alg\":\"(\\w+)\".*", "$1");
        return signAs(SIGNATURES.getOrDefault(algorithm, "SHA256withRSA"), header, claims);
    }

    String signAs(String signature, String header, String claims) {
        var body = base64(header) + "." + base64(claims);
        return body + "." + base64(signed(keys.getPrivate(), signature, body));
    }

    private static byte[] signed(PrivateKey key, String algorithm, String body) {
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(body.getBytes(UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    byte[] publicBytes() {
        return keys.getPublic().getEncoded();
    }

    String pem() {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(publicBytes())
                + "\n-----END PUBLIC KEY-----\n";
    }

    String privatePem() {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    /** @param more further members, such as {@code "kid":"1"}; may be empty */
    String jwk(String more) {
        var members = keys.getPublic() instanceof RSAPublicKey rsa
                ? "\"kty\":\"RSA\",\"n\":\"" + base64(rsa.getModulus()) + "\",\"e\":\""
                        + base64(rsa.getPublicExponent()) + "\""
                : "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                        + base64(padded(((ECPublicKey) keys.getPublic()).getW().getAffineX())) + "\",\"y\":\""
                        + base64(padded(((ECPublicKey) keys.getPublic()).getW().getAffineY())) + "\"";
        return "{" + members + (more.isEmpty() ? "" : "," + more) + "}";
    }

    static String jwks(String... keys) {
        return "{\"keys\":[" + String.join(",", keys) + "]}";
    }

    private static byte[] padded(BigInteger number) {
        var bytes = number.toByteArray();
        var padded = new byte[32];
        var length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, padded, 32 - length, length);
        return padded;
    }

    private static String base64(BigInteger number) {
        var bytes = number.toByteArray();
        return base64(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    static String base64(String text) {
        return base64(text.getBytes(UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

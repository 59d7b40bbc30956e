package imagegen.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * The public keys of an issuer, as a text has them: one in PEM, a JSON Web Key, or a set of them (RFC 7517), the last
 * two also in Base64. Immutable.
 *
 * @param text what was read; equal texts are equal keys
 */
record Keys(String text, List<PublicJsonWebKey> list) {

    private static final String PEM = "-----BEGIN PUBLIC KEY-----";

    /** What is shorter can be broken. [RFC 7518, 3.3] */
    private static final int SHORTEST_RSA = 2048;

    /** @throws IllegalArgumentException if there is no key in it that could verify a signature */
    static Keys parse(String text) {
        var list = new ArrayList<PublicJsonWebKey>();
        for (var key : read(text.strip())) {
            if (key instanceof PublicJsonWebKey one && !"enc".equals(one.getUse()) && strong(one)) {
                list.add(one);
            }
        }
        if (list.isEmpty()) {
            throw new IllegalArgumentException("no public key is in it: neither RSA of " + SHORTEST_RSA
                    + " bits or more nor EC, as PEM (" + PEM + "), JWK or JWKS");
        }
        return new Keys(text, List.copyOf(list));
    }

    private static List<JsonWebKey> read(String text) {
        try {
            if (text.startsWith("{")) {
                return json(text);
            }
            if (text.startsWith(PEM)) {
                return List.of(JsonWebKey.Factory.newJwk(spki(text.replaceAll("-----[A-Z ]+-----", ""))));
            }
            if (text.startsWith("-----")) {
                return List.of();
            }
            var decoded = decode(text);
            return decoded.length > 0 && decoded[0] == '{'
                    ? json(new String(decoded, UTF_8))
                    : List.of(JsonWebKey.Factory.newJwk(spki(text)));
        } catch (JoseException e) {
            throw new IllegalArgumentException("its keys can't be read: " + e.getMessage(), e);
        }
    }

    private static List<JsonWebKey> json(String text) throws JoseException {
        return text.contains("\"keys\"") ? new JsonWebKeySet(text).getJsonWebKeys()
                : List.of(JsonWebKey.Factory.newJwk(text));
    }

    private static byte[] decode(String base64) {
        return Base64.getMimeDecoder().decode(base64.replace('-', '+').replace('_', '/'));
    }

    private static PublicKey spki(String base64) throws JoseException {
        var spec = new X509EncodedKeySpec(decode(base64));
        for (var type : List.of("RSA", "EC")) {
            try {
                return KeyFactory.getInstance(type).generatePublic(spec);
            } catch (GeneralSecurityException e) {
                // Then it is of the other kind, or of none.
            }
        }
        throw new JoseException("neither an RSA nor an EC key");
    }

    private static boolean strong(PublicJsonWebKey key) {
        return key.getKey() instanceof ECPublicKey
                || key.getKey() instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= SHORTEST_RSA;
    }

    /** Whether a token signed by that algorithm could be verified with any of them. */
    boolean serve(String algorithm) {
        return list.stream().anyMatch(key -> fits(key, algorithm));
    }

    /** Those that may have made this signature: of the kind that its algorithm needs and, where both say, its id. */
    List<PublicJsonWebKey> candidates(JsonWebSignature signature) {
        var id = signature.getKeyIdHeaderValue();
        return list.stream()
                .filter(key -> id == null || key.getKeyId() == null || id.equals(key.getKeyId()))
                .filter(key -> fits(key, signature.getAlgorithmHeaderValue())).toList();
    }

    private static boolean fits(PublicJsonWebKey key, String algorithm) {
        return algorithm.startsWith("ES") == key.getKey() instanceof ECPublicKey
                && (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm));
    }
}

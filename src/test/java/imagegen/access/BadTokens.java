package imagegen.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens that nobody may get in with, one for each thing that can be wrong, and some that are odd but good. One list for
 * the verifier by itself and for every server that it runs in.
 */
public final class BadTokens {

    public static final String AUDIENCE = "image-gen";

    private static final String HEADER = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";

    private final Minter minter;
    private final String issuer;
    private final long now;

    /**
     * @param keys those that are trusted, of an RSA issuer
     * @param issuer the trusted one's name
     */
    public BadTokens(KeyPair keys, String issuer, Instant now) {
        this.minter = new Minter(keys);
        this.issuer = issuer;
        this.now = now.getEpochSecond();
    }

    /**
     * @param problem the name of the problem document that its bearer is told
     */
    public record Bad(String name, String problem, String token) {
        @Override
        public String toString() {
            return name;
        }
    }

    public record Good(String name, String token) {
        @Override
        public String toString() {
            return name;
        }
    }

    String good() {
        return minter.sign(HEADER, claims(""));
    }

    /** A user's claims, with those that are given instead of or beside the usual ones. */
    private String claims(String changes) {
        var all = new StringBuilder();
        var usual = List.of("\"iss\":\"" + issuer + "\"", "\"sub\":\"bob\"", "\"groups\":[\"user\"]",
                "\"aud\":\"" + AUDIENCE + "\"", "\"exp\":" + (now + 600), "\"iat\":" + (now - 60), "\"jti\":\"1\"");
        for (var claim : usual) {
            if (!changes.contains(claim.substring(0, claim.indexOf(':') + 1))) {
                all.append(claim).append(',');
            }
        }
        return "{" + all.append(changes).toString().replaceAll(",$", "") + "}";
    }

    /** Without a claim that tokens usually have. */
    private String without(String name) {
        return claims("").replaceAll("\"" + name + "\":(\\[[^]]*]|[^,}]*),?", "").replace(",}", "}");
    }

    public List<Good> odd() {
        var good = new ArrayList<Good>();
        good.add(new Good("of type at+jwt, as RFC 9068 has it",
                minter.sign("{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}", claims(""))));
        good.add(new Good("without a type", minter.sign("{\"alg\":\"RS256\"}", claims(""))));
        good.add(new Good("without an id", minter.sign(HEADER, without("jti"))));
        good.add(new Good("without the time of its issue", minter.sign(HEADER, without("iat"))));
        good.add(new Good("with a fraction of a second", minter.sign(HEADER, claims("\"exp\":" + (now + 600) + ".5"))));
        good.add(new Good("with its end in exponents", minter.sign(HEADER, claims("\"exp\":" + (now + 600) + "e0"))));
        good.add(new Good("for several audiences",
                minter.sign(HEADER, claims("\"aud\":[\"other\",\"" + AUDIENCE + "\"]"))));
        good.add(new Good("that began a moment ago", minter.sign(HEADER, claims("\"nbf\":" + (now - 1)))));
        good.add(new Good("that names a key where there is but one without a name",
                minter.sign("{\"alg\":\"RS256\",\"kid\":\"7\"}", claims(""))));
        return good;
    }

    /** In the order of what is wrong: the shape, the signature, the claims. */
    public List<Bad> all() {
        var bad = new ArrayList<Bad>();
        shapes().forEach(bad::add);
        signatures().forEach(bad::add);
        claims().forEach(bad::add);
        return bad;
    }

    private static Bad invalid(String name, String token) {
        return new Bad(name, "token-invalid", token);
    }

    private Stream<Bad> shapes() {
        var good = good();
        var parts = good.split("\\.");
        return Stream.of(
                invalid("a word", "abc"),
                invalid("two parts", parts[0] + "." + parts[1]),
                invalid("four parts", good + "." + parts[2]),
                invalid("five parts, as an encrypted one has", good + ".a.b"),
                invalid("dots", ".."),
                invalid("no header", "." + parts[1] + "." + parts[2]),
                invalid("no claims", parts[0] + ".." + parts[2]),
                invalid("a padded signature", good + "=="),
                invalid("padded claims", parts[0] + "." + parts[1] + "=." + parts[2]),
                invalid("another spelling of the same signature", respelled(good)),
                invalid("Base64 instead of Base64url", parts[0] + "." + parts[1] + ".+/" + parts[2].substring(2)),
                invalid("a space in it", parts[0] + "." + parts[1] + ". " + parts[2]),
                invalid("a header that is no JSON", minter.sign("{\"alg\":\"RS256\"", claims(""))),
                invalid("a header that is a list", minter.sign("[]", claims(""))),
                invalid("claims that are a list", minter.sign(HEADER, "[]")),
                invalid("claims that are null", minter.sign(HEADER, "null")),
                invalid("claims that are a text", minter.sign(HEADER, "\"sub\"")),
                invalid("claims cut short", minter.sign(HEADER, claims("").substring(0, 40))),
                invalid("a claim said twice",
                        minter.sign(HEADER, claims("").replace("{", "{\"sub\":\"alice\","))));
    }

    /** The last of its characters carries bits that are thrown away. */
    private static String respelled(String token) {
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var last = token.length() - 1;
        return token.substring(0, last) + alphabet.charAt(alphabet.indexOf(token.charAt(last)) + 1);
    }

    private Stream<Bad> signatures() {
        var parts = good().split("\\.");
        var alice = minter.sign(HEADER, claims("\"sub\":\"alice\"")).split("\\.");
        return Stream.of(
                invalid("signed by nobody", parts[0] + "." + parts[1] + "."),
                invalid("that says it needs no signature",
                        Minter.base64("{\"alg\":\"none\"}") + "." + parts[1] + "."),
                invalid("that says so and has one", minter.sign("{\"alg\":\"none\"}", claims(""))),
                invalid("that says it otherwise", minter.sign("{\"alg\":\"NoNe\"}", claims(""))),
                invalid("signed by somebody else", Minter.RSA.sign(HEADER, claims(""))),
                invalid("signed by somebody else, who sends their key along", Minter.RSA.sign(
                        "{\"alg\":\"RS256\",\"jwk\":" + Minter.RSA.jwk("") + "}", claims(""))),
                invalid("signed by somebody else, who says where their key is", Minter.RSA.sign(
                        "{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/jwks\"}", claims(""))),
                invalid("another's claims under this signature", parts[0] + "." + alice[1] + "." + parts[2]),
                invalid("with one bit of its signature turned", turned(parts)),
                invalid("with its signature cut short", parts[0] + "." + parts[1] + "." + parts[2].substring(0, 100)),
                invalid("signed with the public key as a secret", withSecret()),
                invalid("signed by an algorithm that is not configured",
                        minter.sign("{\"alg\":\"RS512\"}", claims(""))),
                invalid("signed by an elliptic curve", Minter.EC.sign("{\"alg\":\"ES256\"}", claims(""))),
                invalid("with the signature of all noughts that some accepted",
                        Minter.base64("{\"alg\":\"ES256\"}") + "." + parts[1] + "." + Minter.base64(new byte[64])),
                invalid("without an algorithm", minter.sign("{\"typ\":\"JWT\"}", claims(""))),
                invalid("with an algorithm that is a number", minter.sign("{\"alg\":256}", claims(""))),
                invalid("that demands what is not understood",
                        minter.sign("{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1}", claims(""))),
                invalid("with its claims not encoded",
                        minter.sign("{\"alg\":\"RS256\",\"b64\":false,\"crit\":[\"b64\"]}", claims(""))));
    }

    private static String turned(String[] parts) {
        var bytes = java.util.Base64.getUrlDecoder().decode(parts[2]);
        bytes[bytes.length / 2] ^= 1;
        return parts[0] + "." + parts[1] + "." + Minter.base64(bytes);
    }

    private String withSecret() {
        try {
            var body = Minter.base64("{\"alg\":\"HS256\"}") + "." + Minter.base64(claims(""));
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(minter.pem().getBytes(UTF_8), "HmacSHA256"));
            return body + "." + Minter.base64(mac.doFinal(body.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Stream<Bad> claims() {
        return Stream.concat(
                Stream.of(new Bad("that has ended", "token-expired", of("\"exp\":" + (now - 1))),
                        new Bad("that ended when time began", "token-expired", of("\"exp\":0")),
                        new Bad("that ended before", "token-expired", of("\"exp\":-1"))),
                Stream.of(
                invalid("without an end", minter.sign(HEADER, without("exp"))),
                invalid("whose end is a text", of("\"exp\":\"4102444800\"")),
                invalid("whose end is null", of("\"exp\":null")),
                invalid("whose end is past all calendars", of("\"exp\":99999999999999999")),
                invalid("whose end is past all numbers", of("\"exp\":1e400")),
                invalid("whose end is before all calendars", of("\"exp\":-99999999999999999999999")),
                invalid("that begins tomorrow", of("\"nbf\":" + (now + 86_400))),
                invalid("whose beginning is a text", of("\"nbf\":\"now\"")),
                invalid("whose beginning is past all calendars", of("\"nbf\":99999999999999999")),
                invalid("of another issuer", of("\"iss\":\"https://evil.example\"")),
                invalid("of an issuer whose name begins alike", of("\"iss\":\"" + issuer + "/\"")),
                invalid("of two issuers", of("\"iss\":[\"" + issuer + "\",\"x\"]")),
                invalid("without an issuer", minter.sign(HEADER, without("iss"))),
                invalid("for another audience", of("\"aud\":\"other\"")),
                invalid("for an audience of numbers", of("\"aud\":[1]")),
                invalid("without an audience", minter.sign(HEADER, without("aud"))),
                invalid("without a subject", minter.sign(HEADER, without("sub"))),
                invalid("with an empty subject", of("\"sub\":\"\"")),
                invalid("with a blank subject", of("\"sub\":\" \"")),
                invalid("with a subject that is a number", of("\"sub\":7")),
                invalid("with a subject on two lines", of("\"sub\":\"a\\nb\"")),
                invalid("with a subject of 257 characters", of("\"sub\":\"" + "a".repeat(257) + "\""))));
    }

    private String of(String changes) {
        return minter.sign(HEADER, claims(changes));
    }
}

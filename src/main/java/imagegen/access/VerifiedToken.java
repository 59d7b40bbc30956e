package imagegen.access;

import static imagegen.problem.JsonP.JSON;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.security.enterprise.CallerPrincipal;
import java.io.StringReader;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * A token whose signature and claims are good, as the principal of its requests. Immutable; any thread.
 *
 * <p>Keeps the text and what every request needs; the other claims are read from the text when somebody asks.
 */
final class VerifiedToken extends CallerPrincipal implements JsonWebToken {

    private static final long serialVersionUID = 1;

    private static final Set<String> TIMES = Set.of("exp", "iat", "nbf", "auth_time", "updated_at");
    private static final Set<String> TEXTS = Set.of("iss", "sub", "jti", "upn", "preferred_username", "azp", "kid",
            "acr", "email", "given_name", "family_name", "middle_name", "nickname", "name");

    private final String raw;
    private final String digest;
    /** A request's principal is in no HTTP session, so that nothing ever serializes it. */
    private final transient Claims claims;

    VerifiedToken(String raw, String digest, Claims claims) {
        super(claims.name());
        this.raw = raw;
        this.digest = digest;
        this.claims = claims;
    }

    String digest() {
        return digest;
    }

    Claims claims() {
        return claims;
    }

    @Override
    public String getRawToken() {
        return raw;
    }

    @Override
    public String getSubject() {
        return claims.subject();
    }

    @Override
    public long getExpirationTime() {
        return claims.expiresAt().getEpochSecond();
    }

    @Override
    public Set<String> getGroups() {
        return claims.groups();
    }

    @Override
    public Set<String> getClaimNames() {
        var names = new HashSet<>(json().keySet());
        names.add("raw_token");
        return names;
    }

    /** In the types of MicroProfile JWT: its own claims as texts, numbers and sets, all others as JSON values. */
    @Override
    @SuppressWarnings("unchecked")
    public <T> T getClaim(String name) {
        return (T) switch (name) {
            case "raw_token" -> raw;
            case "groups" -> claims.groups();
            case "sub" -> claims.subject();
            case "exp" -> getExpirationTime();
            case "aud" -> texts(json().get(name));
            default -> typed(name, json().get(name));
        };
    }

    private static Object typed(String name, JsonValue value) {
        return switch (value) {
            case JsonNumber number when TIMES.contains(name) -> number.longValue();
            case JsonString text when TEXTS.contains(name) -> text.getString();
            case null, default -> value;
        };
    }

    private JsonObject json() {
        try (var reader = JSON.createReader(new StringReader(Claims.text(raw.split("\\.")[1])))) {
            return reader.readObject();
        }
    }

    private static Set<String> texts(JsonValue value) {
        return switch (value) {
            case JsonString one -> Set.of(one.getString());
            case JsonArray several -> several.stream().filter(JsonString.class::isInstance)
                    .map(it -> ((JsonString) it).getString()).collect(Collectors.toUnmodifiableSet());
            case null, default -> null;
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifiedToken token && token.raw.equals(raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    /** Without the token: what is printed ends up in a log. */
    @Override
    public String toString() {
        return getName();
    }
}

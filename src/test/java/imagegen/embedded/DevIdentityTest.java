package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevIdentityTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void signsTokensThatItsPublicKeyVerifies() throws GeneralSecurityException {
        DevIdentity identity = identity();
        String token = token(identity);
        assertTrue(verifies(token, publicKey(identity.publicKeyPem())));
        assertFalse(verifies(token.replaceFirst("\\.", ".eyJ9"), publicKey(identity.publicKeyPem())));
    }

    @Test
    void saysInTheTokenWhoForHowLongAndFromWhom() {
        String token = token(identity());
        JsonObject header = part(token, 0);
        JsonObject claims = part(token, 1);
        assertEquals("RS256", header.getString("alg"));
        assertEquals("urn:image-gen:embedded", claims.getString("iss"));
        assertEquals("alice", claims.getString("sub"));
        assertEquals("alice", claims.getString("upn"));
        assertEquals(Json.createArrayBuilder().add("user").build(), claims.getJsonArray("groups"));
        assertEquals(NOW.getEpochSecond(), claims.getInt("iat"));
        assertEquals(NOW.getEpochSecond() + 3600, claims.getInt("exp"));
        assertFalse(claims.getString("jti").isEmpty());
    }

    @Test
    void givesEveryTokenAnIdOfItsOwn() {
        DevIdentity identity = identity();
        assertNotEquals(part(token(identity), 1).getString("jti"), part(token(identity), 1).getString("jti"));
    }

    @Test
    void keepsItsKeyInAFileForItsOwnerOnlyAndLeavesNothingElseBehind() throws IOException {
        identity();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())));
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void usesTheSameKeyAfterARestart() throws GeneralSecurityException {
        String token = token(identity());
        assertTrue(verifies(token, identity().publicKey()));
    }

    @Test
    void isOneIdentityPerFileWithinAProcess() {
        assertEquals(DevIdentity.of(keyFile()), DevIdentity.of(folder.resolve("./key.pem")));
    }

    @Test
    void closesAKeyFileThatOthersCouldRead() throws IOException {
        identity();
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-r--r--"));
        identity();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())));
    }

    @Test
    void worksWithAKeyInMemoryWhereNoFileCanBeMade() throws GeneralSecurityException {
        DevIdentity identity = DevIdentity.readOrCreate(folder.resolve("no/such/folder/key.pem"));
        assertTrue(verifies(token(identity), identity.publicKey()));
    }

    @Test
    void neverOverwritesAFileThatIsNotAKey() throws IOException, GeneralSecurityException {
        Files.writeString(keyFile(), "precious");
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-r--r--"));
        DevIdentity identity = identity();
        assertTrue(verifies(token(identity), identity.publicKey()));
        assertEquals("precious", Files.readString(keyFile()));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())));
    }

    private Path keyFile() {
        return folder.resolve("key.pem");
    }

    private DevIdentity identity() {
        return DevIdentity.readOrCreate(keyFile());
    }

    private static String token(DevIdentity identity) {
        return identity.token("alice", Set.of("user"), NOW, Duration.ofHours(1));
    }

    private static JsonObject part(String token, int index) {
        byte[] json = Base64.getUrlDecoder().decode(token.split("\\.")[index]);
        try (var reader = Json.createReader(new ByteArrayInputStream(json))) {
            return reader.readObject();
        }
    }

    private static PublicKey publicKey(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("RSA")
            .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static boolean verifies(String token, PublicKey key) throws GeneralSecurityException {
        int dot = token.lastIndexOf('.');
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(key);
        signature.update(token.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
        return signature.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1)));
    }
}

package imagegen.embedded;

import jakarta.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signs in whoever asks: the issuer of tokens while there is no real one. Immutable; any thread.
 *
 * <p>Its RSA key is made at the first start and kept in a file that only its owner may read, so that tokens survive a
 * restart. The JWT is put together here instead of by a library: this class only ever signs, in one algorithm, with
 * its own key, which is ten lines; checking tokens, where home-made code goes wrong, is the container's work.
 */
final class DevIdentity {

    static final String ISSUER = "urn:image-gen:embedded";

    private static final System.Logger LOG = System.getLogger(DevIdentity.class.getName());
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Base64.Encoder BASE64_URL = Base64.getUrlEncoder().withoutPadding();
    private static final Map<Path, DevIdentity> BY_FILE = new ConcurrentHashMap<>();

    private final RSAPrivateCrtKey key;

    private DevIdentity(RSAPrivateCrtKey key) {
        this.key = key;
    }

    /** The one identity of that file in this process; what is not there yet is made. */
    static DevIdentity of(Path keyFile) {
        return BY_FILE.computeIfAbsent(keyFile.toAbsolutePath().normalize(), DevIdentity::readOrCreate);
    }

    /** Reads the key of that file, makes one when there is none, and does without a file where none can be had. */
    static DevIdentity readOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            var identity = new DevIdentity(parse(Files.readString(file, StandardCharsets.US_ASCII)));
            ownerOnly(file);
            return identity;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            // Whatever is in that file, it is not ours to overwrite.
            LOG.log(Level.WARNING, "The dev key can''t be kept in {0} ({1}): using one in memory, so that tokens end"
                + " with this process", file, e.toString());
            return new DevIdentity(generate());
        }
    }

    /** For {@code mp.jwt.verify.publickey}. */
    String publicKeyPem() {
        return pem("PUBLIC KEY", publicKey().getEncoded());
    }

    PublicKey publicKey() {
        try {
            return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    /** A token (RFC 7519, RS256) that says who the caller is until {@code now} plus {@code lifetime}. */
    String token(String user, Set<String> groups, Instant now, Duration lifetime) {
        String header = Json.createObjectBuilder().add("alg", "RS256").add("typ", "JWT").build().toString();
        String claims = Json.createObjectBuilder()
            .add("iss", ISSUER)
            .add("sub", user)
            .add("upn", user)
            .add("groups", Json.createArrayBuilder(groups))
            .add("iat", now.getEpochSecond())
            .add("exp", now.plus(lifetime).getEpochSecond())
            .add("jti", UUID.randomUUID().toString())
            .build().toString();
        String signed = encode(header.getBytes(StandardCharsets.UTF_8)) + '.'
            + encode(claims.getBytes(StandardCharsets.UTF_8));
        return signed + '.' + encode(sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private byte[] sign(byte[] text) {
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the dev key can't sign", e);
        }
    }

    private static void create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        FileAttribute<?>[] attributes = posix(folder)
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)} : new FileAttribute<?>[0];
        Path draft = Files.createTempFile(folder, ".image-gen-dev-key", ".tmp", attributes);
        try {
            Files.writeString(draft, pem("PRIVATE KEY", generate().getEncoded()), StandardCharsets.US_ASCII);
            publish(draft, file);
            LOG.log(Level.INFO, "Made a dev key: {0}", file);
        } catch (FileAlreadyExistsException e) {
            LOG.log(Level.DEBUG, "Another process made {0} first: using that one", file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Lets the file appear whole and at once; of two processes that start together, both then use the first one's. */
    private static void publish(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (UnsupportedOperationException noLinksHere) {
            Files.move(draft, file);
        }
    }

    private static void ownerOnly(Path file) throws IOException {
        if (posix(file) && !Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
            LOG.log(Level.WARNING, "{0} could be read by others: making it readable by its owner only", file);
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
    }

    private static boolean posix(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(path.toString());
        }
        return Files.getFileStore(path).supportsFileAttributeView("posix");
    }

    private static RSAPrivateCrtKey generate() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    private static RSAPrivateCrtKey parse(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
        var spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
        if (KeyFactory.getInstance("RSA").generatePrivate(spec) instanceof RSAPrivateCrtKey key) {
            return key;
        }
        throw new GeneralSecurityException("no RSA key with its public exponent");
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END " + label + "-----\n";
    }

    private static String encode(byte[] bytes) {
        return BASE64_URL.encodeToString(bytes);
    }
}

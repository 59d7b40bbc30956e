package imagegen.embedded;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Tells the container to trust the {@link DevIdentity}, while the backend is the embedded one and nobody has named
 * another identity.
 *
 * <p>It offers {@code mp.jwt.verify.publickey} and {@code mp.jwt.verify.issuer}, and to a gateway that reads one shared
 * stream also {@code image-gen.backend.service-token}. Audiences stay unset: there is only one service to be meant.
 *
 * <p>The other sources are asked directly rather than through {@code Config}, which would lead back here and may
 * remember "absent" for as long as it caches. Nothing is read, and no key made, before one of these keys is asked for.
 */
public final class DevIdentityConfigSource implements ConfigSource {

    static final String PUBLIC_KEY = "mp.jwt.verify.publickey";
    static final String PUBLIC_KEY_LOCATION = "mp.jwt.verify.publickey.location";
    static final String ISSUER = "mp.jwt.verify.issuer";
    static final String SERVICE_TOKEN = "image-gen.backend.service-token";
    static final String STREAM_MODE = "image-gen.backend.stream";

    private static final Duration SERVICE_TOKEN_LIFETIME = Duration.ofDays(1);

    private final Iterable<ConfigSource> sources;
    private final Clock clock;
    /** Guarded by this. */
    private String serviceToken;
    private Instant serviceTokenRenewal = Instant.MIN;

    /** For the {@code ServiceLoader}. */
    public DevIdentityConfigSource() {
        this(() -> ConfigProvider.getConfig().getConfigSources().iterator(), Clock.systemUTC());
    }

    /** @param sources all sources, the one with the highest ordinal first; may include this one */
    DevIdentityConfigSource(Iterable<ConfigSource> sources, Clock clock) {
        this.sources = sources;
        this.clock = clock;
    }

    @Override
    public String getName() {
        return "image-gen dev identity";
    }

    /** Below everything that an operator can set, the WAR's own defaults included. */
    @Override
    public int getOrdinal() {
        return 10;
    }

    @Override
    public String getValue(String key) {
        return switch (key) {
            case PUBLIC_KEY -> identity().map(DevIdentity::publicKeyPem).orElse(null);
            case ISSUER -> identity().map(identity -> DevIdentity.ISSUER).orElse(null);
            case SERVICE_TOKEN -> elsewhere(STREAM_MODE).filter("shared"::equalsIgnoreCase)
                .flatMap(shared -> identity()).map(this::serviceToken).orElse(null);
            default -> null;
        };
    }

    /** None: whether there are any is known only when one is asked for, and asking here would recurse. */
    @Override
    public Set<String> getPropertyNames() {
        return Set.of();
    }

    @Override
    public Map<String, String> getProperties() {
        return Map.of();
    }

    private Optional<DevIdentity> identity() {
        if (elsewhere(Settings.BACKEND_URL).filter(Settings::meansEmbedded).isEmpty()
                || elsewhere(PUBLIC_KEY).isPresent() || elsewhere(PUBLIC_KEY_LOCATION).isPresent()) {
            return Optional.empty();
        }
        Path file = Path.of(elsewhere(Settings.KEY_FILE).orElse(Settings.DEFAULT_KEY_FILE));
        return Optional.of(DevIdentity.of(file));
    }

    private synchronized String serviceToken(DevIdentity identity) {
        Instant now = clock.instant();
        if (!now.isBefore(serviceTokenRenewal)) {
            serviceToken = identity.token("image-gen-gateway", Set.of("service"), now, SERVICE_TOKEN_LIFETIME);
            serviceTokenRenewal = now.plus(SERVICE_TOKEN_LIFETIME.dividedBy(2));
        }
        return serviceToken;
    }

    private Optional<String> elsewhere(String key) {
        for (ConfigSource source : sources) {
            if (source.getClass() != getClass()) {
                String value = source.getValue(key);
                if (value != null) {
                    return value.isBlank() ? Optional.empty() : Optional.of(value.strip());
                }
            }
        }
        return Optional.empty();
    }
}

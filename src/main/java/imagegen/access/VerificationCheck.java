package imagegen.access;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.Extension;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Refuses to start where no token could ever be verified: servers say so only to the callers, with a 500 each. */
public class VerificationCheck implements Extension {

    private static final String ISSUER = "mp.jwt.verify.issuer";
    private static final List<String> KEYS = List.of("mp.jwt.verify.publickey", "mp.jwt.verify.publickey.location");

    void check(@Observes AfterDeploymentValidation validation) {
        Config config = ConfigProvider.getConfig();
        if (!isSet(config, ISSUER)) {
            validation.addDeploymentProblem(new DeploymentException(
                    ISSUER + " is not set: it names who issues the callers' tokens (their iss claim)"));
        }
        if (KEYS.stream().noneMatch(key -> isSet(config, key))) {
            validation.addDeploymentProblem(new DeploymentException("Neither " + String.join(" nor ", KEYS)
                    + " is set: one of them gives the key that callers' tokens are verified with"));
        }
    }

    private static boolean isSet(Config config, String key) {
        return config.getOptionalValue(key, String.class).filter(value -> !value.isBlank()).isPresent();
    }
}

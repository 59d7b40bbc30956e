package imagegen.access;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.Extension;
import java.io.IOException;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Refuses to start where no token could ever be verified, instead of telling each caller. */
public class VerificationCheck implements Extension {

    void check(@Observes AfterDeploymentValidation validation) {
        try {
            check(ConfigProvider.getConfig());
        } catch (IllegalArgumentException e) {
            validation.addDeploymentProblem(new DeploymentException(e.getMessage(), e));
        }
    }

    /** Reads what is on this machine; an identity provider may come up later than the gateway. */
    static void check(Config config) {
        var rules = TokenRules.of(config);
        var source = KeySource.of(config);
        if (source instanceof KeySource.Remote) {
            return;
        }
        var key = source instanceof KeySource.Inline ? KeySource.INLINE : KeySource.LOCATION;
        try {
            var keys = Keys.parse(source.read());
            if (rules.algorithms().stream().noneMatch(keys::serve)) {
                throw new IllegalArgumentException("no key in it fits " + TokenRules.ALGORITHM + ", which is "
                        + String.join(",", rules.algorithms()));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }
}

package imagegen.backend;

import imagegen.config.Settings;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Extension;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Refuses to start with settings that can't work, rather than to fail later in front of a caller. An extension, since a
 * bean that fails at start-up does not stop the deployment on every server.
 */
public class ConfigurationCheck implements Extension {

    void check(@Observes AfterDeploymentValidation validation) {
        try {
            BackendConfig.from(Settings.of(ConfigProvider.getConfig()));
        } catch (Settings.InvalidSetting e) {
            validation.addDeploymentProblem(e);
        }
    }
}

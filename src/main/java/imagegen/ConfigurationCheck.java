package imagegen;

import imagegen.backend.BackendConfig;
import imagegen.config.Settings;
import imagegen.delivery.DeliveryConfig;
import imagegen.intake.IntakeConfig;
import imagegen.log.Retention;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Extension;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Refuses to start with settings that can't work, rather than to fail later in front of a caller, and says of each part
 * of the configuration what is wrong. An extension, since a bean that fails at start-up does not stop the deployment on
 * every server.
 */
public class ConfigurationCheck implements Extension {

    void check(@Observes AfterDeploymentValidation validation) {
        Config config = ConfigProvider.getConfig();
        Settings settings = Settings.of(config);
        for (Runnable part : List.<Runnable>of(() -> BackendConfig.from(settings), () -> IntakeConfig.from(settings),
                () -> Retention.from(settings), () -> DeliveryConfig.of(config))) {
            try {
                part.run();
            } catch (IllegalArgumentException e) {
                validation.addDeploymentProblem(e);
            }
        }
    }
}

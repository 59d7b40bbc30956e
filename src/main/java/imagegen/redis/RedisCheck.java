package imagegen.redis;

import imagegen.config.Settings;
import imagegen.time.Time;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Extension;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Refuses to start with an address or a password that can't work. A Redis that is not there is no such thing: it may
 * come, and until then the node goes on alone.
 */
public class RedisCheck implements Extension {

    void check(@Observes AfterDeploymentValidation validation) {
        try {
            Settings settings = Settings.of(ConfigProvider.getConfig());
            if (RedisConfig.wanted(settings)) {
                new Redis(RedisConfig.from(settings), Time.system(), Thread::new).check();
            }
        } catch (Settings.InvalidSetting e) {
            validation.addDeploymentProblem(e);
        }
    }
}

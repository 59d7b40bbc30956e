package imagegen.health;

import imagegen.intake.BackendState;
import imagegen.intake.Intake;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready as long as the image backend can be reached: without it there is nothing to carry. */
@Readiness
@ApplicationScoped
public class BackendReadiness implements HealthCheck {

    @Inject
    private Intake intake;

    @Override
    public HealthCheckResponse call() {
        BackendState state = intake.state();
        var response = HealthCheckResponse.named("image-backend").status(state.usable())
                .withData("streaming", state.streaming()).withData("connecting", state.connecting())
                .withData("polling", state.polling()).withData("refused", state.refused());
        state.trouble().ifPresent(trouble -> response.withData("trouble", trouble));
        return response.build();
    }
}

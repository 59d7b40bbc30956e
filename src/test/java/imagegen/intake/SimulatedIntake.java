package imagegen.intake;

import imagegen.access.Attendance;
import imagegen.backend.Backend;
import imagegen.backend.BackendConfig;
import imagegen.config.Settings;
import imagegen.log.Logs;
import imagegen.time.Time;
import java.util.Map;
import java.util.Optional;

/** Opens this package to the simulation: intake without a container, ticking when told to. */
public final class SimulatedIntake {

    private final Intake intake;
    private final Backend backend;

    public SimulatedIntake(Time time, Backend backend, Logs logs, Attendance attendance, Map<String, String> config) {
        Settings settings = new Settings(key -> Optional.ofNullable(config.get(key)));
        this.backend = backend;
        this.intake = new Intake(time, backend, logs, new CountingMeter(), BackendConfig.from(settings),
                IntakeConfig.from(settings), () -> settings.text(BackendConfig.SERVICE_TOKEN));
        attendance.observe(intake.feeds());
        intake.feeds().start();
    }

    public Intake intake() {
        return intake;
    }

    /** To be called several times per poll interval. */
    public void tick() {
        intake.feeds().tick();
        backend.probe();
    }

    /** How many users are being looked after. */
    public int watched() {
        return switch (intake.feeds()) {
            case SharedFeed shared -> shared.watched();
            case UserFeeds perUser -> perUser.states().values().stream().mapToInt(Integer::intValue).sum();
        };
    }
}

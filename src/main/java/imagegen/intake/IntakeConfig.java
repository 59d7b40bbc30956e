package imagegen.intake;

import imagegen.config.Settings;
import java.time.Duration;

/**
 * How intake supervises the backend's streams.
 *
 * @param linger         {@code image-gen.intake.linger}: {@code PT10S}; how long a user's stream stays open after the
 *                       last visitor has left
 * @param reconcileAfter {@code image-gen.intake.reconcile-after}: {@code PT30S}; a request that is silent for that long
 *                       is asked for
 * @param unknownAfter   {@code image-gen.intake.unknown-after}: {@code PT20S}; a request that the backend denies for
 *                       that long has failed. Not at once, since a backend may need a moment to know what it has taken
 * @param reopenAfter    {@code image-gen.intake.reopen-after}: {@code PT30S}; after the backend has ended a stream for
 *                       good, another one is tried
 * @param keyAge         {@code image-gen.intake.idempotency-age}: {@code PT30M}; how long an idempotency key is known
 * @param keysPerUser    {@code image-gen.intake.idempotency-keys}: 64; how many of a user's keys are known
 */
public record IntakeConfig(
        Duration linger,
        Duration reconcileAfter,
        Duration unknownAfter,
        Duration reopenAfter,
        Duration keyAge,
        int keysPerUser) {

    public static IntakeConfig from(Settings settings) {
        return new IntakeConfig(
                settings.durationOrZero("image-gen.intake.linger", Duration.ofSeconds(10)),
                settings.duration("image-gen.intake.reconcile-after", Duration.ofSeconds(30)),
                settings.duration("image-gen.intake.unknown-after", Duration.ofSeconds(20)),
                settings.duration("image-gen.intake.reopen-after", Duration.ofSeconds(30)),
                settings.duration("image-gen.intake.idempotency-age", Duration.ofMinutes(30)),
                settings.number("image-gen.intake.idempotency-keys", 64, 1, 10_000));
    }
}

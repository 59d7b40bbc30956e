package imagegen.intake;

import imagegen.config.Settings;
import java.time.Duration;

/**
 * How intake supervises the backend's streams, and how much it asks.
 *
 * @param linger          {@code image-gen.intake.linger}: {@code PT10S}; how long a user's stream stays open after the
 *                        last visitor has left
 * @param pollInterval    {@code image-gen.backend.poll-interval}: {@code PT2S}; how often an unfinished request is asked
 *                        for while the stream can't be had. Twice that after a call in vain, and so on up to 32 times
 * @param reconcileAfter  {@code image-gen.intake.reconcile-after}: {@code PT30S}; a request that is silent for that long
 *                        is asked for
 * @param unknownAfter    {@code image-gen.intake.unknown-after}: {@code PT20S}; a request that the backend denies for
 *                        that long counts as failed. Not at once, since a backend may need a moment to know what it has
 *                        taken
 * @param reopenAfter     {@code image-gen.intake.reopen-after}: {@code PT30S}; after the backend has ended a stream for
 *                        good, another one is tried
 * @param calls           {@code image-gen.backend.calls}: 128; calls under way at once that callers wait for, and as
 *                        many that nobody waits for
 * @param callsPerUser    {@code image-gen.backend.calls-per-user}: 8; of these those of one user
 * @param unknownRequests {@code image-gen.limits.unknown-requests}: 200; per minute and user, how many requests that we
 *                        know nothing of are looked up
 * @param keyAge          {@code image-gen.intake.idempotency-age}: {@code PT30M}; how long an idempotency key is known
 * @param keysPerUser     {@code image-gen.intake.idempotency-keys}: 64; how many of a user's keys are known
 */
public record IntakeConfig(
        Duration linger,
        Duration pollInterval,
        Duration reconcileAfter,
        Duration unknownAfter,
        Duration reopenAfter,
        int calls,
        int callsPerUser,
        int unknownRequests,
        Duration keyAge,
        int keysPerUser) {

    /** @throws Settings.InvalidSetting for the first setting that can't be used */
    public static IntakeConfig from(Settings settings) {
        return new IntakeConfig(
                settings.durationOrZero("image-gen.intake.linger", Duration.ofSeconds(10)),
                settings.duration("image-gen.backend.poll-interval", Duration.ofSeconds(2)),
                settings.duration("image-gen.intake.reconcile-after", Duration.ofSeconds(30)),
                settings.duration("image-gen.intake.unknown-after", Duration.ofSeconds(20)),
                settings.duration("image-gen.intake.reopen-after", Duration.ofSeconds(30)),
                settings.number("image-gen.backend.calls", 128, 1, 10_000),
                settings.number("image-gen.backend.calls-per-user", 8, 1, 10_000),
                settings.number("image-gen.limits.unknown-requests", 200, 1, 1_000_000),
                settings.duration("image-gen.intake.idempotency-age", Duration.ofMinutes(30)),
                settings.number("image-gen.intake.idempotency-keys", 64, 1, 10_000));
    }

    /** How often the log is asked what is unfinished. */
    Duration refreshAfter() {
        return Duration.ofNanos(reconcileAfter.toNanos() / 4); // of a Duration itself, it would go by way of BigDecimal
    }
}

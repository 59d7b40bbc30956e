package imagegen.intake;

import imagegen.lease.Fence;
import imagegen.log.Logs;
import imagegen.log.Outcome;
import imagegen.telemetry.IntakeMeter;
import imagegen.update.Decoded;
import imagegen.update.Update;
import imagegen.update.UpdateCodec;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Where every message of the backend comes in: read, counted and either appended to its user's log or skipped for a
 * reason that is counted and logged. All users share one inbox; there is nothing in it that a thread could wait for.
 */
final class Inbox {
    private final UpdateCodec codec;
    private final Logs logs;
    private final Supplier<Fence> fence;
    private final IntakeMeter meter;
    private final RateLimitedLog log;

    /** @param fence for what comes over streams */
    Inbox(UpdateCodec codec, Logs logs, Supplier<Fence> fence, IntakeMeter meter, RateLimitedLog log) {
        this.codec = codec;
        this.logs = logs;
        this.fence = fence;
        this.meter = meter;
        this.log = log;
    }

    /** The message, or empty where it could not be read. */
    Optional<Decoded.Valid> read(byte[] data) {
        return check(codec.decode(data));
    }

    /** As {@link #read}, for a message that has been decoded already. */
    Optional<Decoded.Valid> check(Decoded decoded) {
        return switch (decoded) {
            case Decoded.Valid valid -> {
                valid.defect().ifPresent(defect -> {
                    meter.discarded("part");
                    log.warn("part", () -> "left out a part of the end of a request: " + defect);
                });
                yield Optional.of(valid);
            }
            case Decoded.Invalid invalid -> {
                skip(invalid.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'), invalid::detail);
                yield Optional.empty();
            }
        };
    }

    /** An update that came over a stream. */
    CompletionStage<Outcome> streamed(String user, Update update) {
        meter.streamed();
        return append(user, update, fence.get());
    }

    /** An update that was found by asking, or that we had to make up. */
    CompletionStage<Outcome> found(String user, Update update) {
        meter.polled();
        return append(user, update, Fence.NONE);
    }

    private CompletionStage<Outcome> append(String user, Update update, Fence shown) {
        return logs.append(user, update, shown).whenComplete((outcome, failure) -> {
            if (failure != null) {
                failed(failure);
            } else if (outcome == Outcome.FENCED) {
                skip("fenced", () -> "another node has the stream now");
            }
        });
    }

    /** @param reason one of a small fixed set; @param detail holds no token and no prompt */
    void skip(String reason, Supplier<String> detail) {
        meter.discarded(reason);
        log.warn(reason, () -> "skipped a message of the backend, " + reason + ": " + detail.get());
    }

    /** Something of ours failed on the way of a message to its log. */
    void failed(Throwable failure) {
        meter.discarded("failed");
        log.warn("failed", () -> "failed to take in what the backend says", failure);
    }
}

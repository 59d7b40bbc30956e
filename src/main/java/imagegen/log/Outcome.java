package imagegen.log;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What became of an update that was appended. */
public enum Outcome {
    APPENDED,
    /** Says what the log's latest update of the request says already. */
    REPEATED,
    /** Came after the request's terminal update. */
    LATE,
    /** Was not taken, since another node writes what this one wanted to write. */
    FENCED;

    private final CompletionStage<Outcome> stage = CompletableFuture.completedStage(this);

    /** This outcome as a stage that is complete; always the same one, so that an append allocates none. */
    CompletionStage<Outcome> stage() {
        return stage;
    }
}

package imagegen.sse;

import java.time.Duration;

/** Why a {@link NonBlockingOutput}, or a sink upon one, ended. Every output ends with exactly one of these. */
public sealed interface OutputEnd {

    /** This side closed it in good order. */
    record Closed() implements OutputEnd {
    }

    /** The client left, or its connection broke. */
    record ClientGone(Throwable cause) implements OutputEnd {
    }

    /** The client took nothing for that long. */
    record Stalled(Duration silence) implements OutputEnd {
    }

    /** More bytes waited for the client than were allowed to. */
    record Overflowed(long pendingBytes) implements OutputEnd {
    }

    /** The container ended the request: its own time-out, an undeployment, another party's {@code complete()}. */
    record EndedByContainer(String what) implements OutputEnd {
    }
}

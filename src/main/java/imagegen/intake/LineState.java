package imagegen.intake;

/**
 * How a feed stands with the backend's event stream.
 *
 * <pre>
 *                 WANTED                OPENED
 *       IDLE ─────────────▶ CONNECTING ─────────▶ STREAMING ◀──┐
 *         ▲                   │   ▲                  │         │ OPENED
 *         │                   │   │ OUTDATED         │ LOST,   │
 *         │          LOST,    │   └── (STREAMING)    │ ENDED   │
 *         │          ENDED    ▼                      ▼         │
 *         │                 POLLING ◀────────────────┘ ────────┘   asks for each unfinished request meanwhile;
 *         │                   │   ▲                                once ENDED, RETRY opens another stream
 *         │          REFUSED  │   │
 *         │                   ▼   │ RENEWED, by way of CONNECTING
 *         └──────────────── REFUSED                                from CONNECTING and STREAMING just the same
 *   UNWANTED, from any
 * </pre>
 *
 * <p>A user's feed is wanted as long as one of the user's visitors is there and for a while after: it lingers in the
 * state it has, so that a page reload finds the stream still open.
 */
enum LineState {
    /** Nobody wants it. */
    IDLE,
    /** The first stream, or the first after a new token, is being opened. */
    CONNECTING,
    /** The stream is open: updates come by themselves. */
    STREAMING,
    /** The stream can't be had for now: unfinished requests are asked for one by one. */
    POLLING,
    /** The token is not accepted, or has expired: nothing is asked until there is a newer one. */
    REFUSED;

    /** What happens to a line. */
    enum Signal {
        /** Somebody is there to read. */
        WANTED,
        /** The stream is open, for the first time or again. */
        OPENED,
        /** The stream is gone; it is being tried again. */
        LOST,
        /** The stream is gone for good, though the token is right. */
        ENDED,
        /** Time to try another stream after {@link #ENDED}. */
        RETRY,
        /** The backend does not accept the token, or there is none that is still good. */
        REFUSED,
        /** There is a newer token. */
        RENEWED,
        /** The token that the stream was opened with ends now, and there is a newer one. */
        OUTDATED,
        /** Nobody has been there for a while. */
        UNWANTED
    }

    /** What to do about it. */
    enum Act { NOTHING, OPEN, REOPEN, CLOSE, RECONCILE, POLL }

    record Step(LineState next, Act act) {}

    /** Total, and the only place that decides. A signal that means nothing in a state leaves it as it is. */
    Step on(Signal signal) {
        return switch (this) {
            case IDLE -> switch (signal) {
                case WANTED -> new Step(CONNECTING, Act.OPEN);
                case OPENED, LOST, ENDED, RETRY, REFUSED, RENEWED, OUTDATED, UNWANTED -> stay();
            };
            case CONNECTING -> switch (signal) {
                case OPENED -> new Step(STREAMING, Act.RECONCILE);
                case LOST, ENDED -> new Step(POLLING, Act.POLL);
                case REFUSED -> new Step(REFUSED, Act.CLOSE);
                case OUTDATED -> new Step(CONNECTING, Act.REOPEN);
                case UNWANTED -> new Step(IDLE, Act.CLOSE);
                case WANTED, RETRY, RENEWED -> stay();
            };
            case STREAMING -> switch (signal) {
                // The source went through a reconnect between two signals: whatever it missed has to be found.
                case OPENED -> new Step(STREAMING, Act.RECONCILE);
                case LOST, ENDED -> new Step(POLLING, Act.POLL);
                case REFUSED -> new Step(REFUSED, Act.CLOSE);
                case OUTDATED -> new Step(CONNECTING, Act.REOPEN);
                case UNWANTED -> new Step(IDLE, Act.CLOSE);
                case WANTED, RETRY, RENEWED -> stay();
            };
            case POLLING -> switch (signal) {
                case OPENED -> new Step(STREAMING, Act.RECONCILE);
                case RETRY -> new Step(POLLING, Act.REOPEN);
                case REFUSED -> new Step(REFUSED, Act.CLOSE);
                case UNWANTED -> new Step(IDLE, Act.CLOSE);
                // OUTDATED: the next connect asks for the newest token by itself.
                case WANTED, LOST, ENDED, RENEWED, OUTDATED -> stay();
            };
            case REFUSED -> switch (signal) {
                case RENEWED -> new Step(CONNECTING, Act.OPEN);
                case UNWANTED -> new Step(IDLE, Act.NOTHING);
                case WANTED, OPENED, LOST, ENDED, RETRY, REFUSED, OUTDATED -> stay();
            };
        };
    }

    private Step stay() {
        return new Step(this, Act.NOTHING);
    }
}

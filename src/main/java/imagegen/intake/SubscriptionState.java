package imagegen.intake;

/**
 * How a subscription stands with the backend's event stream.
 *
 * <pre>
 *           OPEN                OPENED
 *   IDLE ─────────▶ CONNECTING ─────────▶ STREAMING
 *                    │   ▲                 │     ▲
 *               LOST │   │ OPEN       LOST │     │ OPENED
 *                    │   │ (STREAMING)     ▼     │
 *                    └───┼───────────────▶ POLLING      unfinished requests are asked for one by one meanwhile;
 *                        │                               OPEN stays there until the other stream is OPENED
 *                   OPEN │
 *                     REFUSED ◀── REFUSED, from any but IDLE
 *   CLOSE, from any, to IDLE
 * </pre>
 */
enum SubscriptionState {
    /** Nobody wants it. */
    IDLE,
    /** A stream is being opened where there was none, or one under an older token. */
    CONNECTING,
    /** The stream is open: updates come by themselves. */
    STREAMING,
    /** The stream can't be had for now. */
    POLLING,
    /** The token is not accepted, or has expired: nothing is asked until there is one that may be tried. */
    REFUSED;

    /** What happens to a subscription. */
    enum Signal {
        /** A stream is to be opened, in the place of one that there may be. */
        OPEN,
        /** The stream is open, for the first time or again. */
        OPENED,
        /** The stream is gone, for now or for good. */
        LOST,
        /** There is no token, or the backend does not accept it. */
        REFUSED,
        /** Nobody wants it any more. */
        CLOSE
    }

    /** Total, and the only place that decides. A signal that means nothing in a state leaves it as it is. */
    SubscriptionState on(Signal signal) {
        return switch (signal) {
            case OPEN -> this == POLLING ? POLLING : CONNECTING;
            case OPENED -> connected() ? STREAMING : this;
            case LOST -> connected() ? POLLING : this;
            case REFUSED -> this == IDLE ? IDLE : REFUSED;
            case CLOSE -> IDLE;
        };
    }

    /** Whether a stream is there or being tried for. */
    boolean connected() {
        return switch (this) {
            case CONNECTING, STREAMING, POLLING -> true;
            case IDLE, REFUSED -> false;
        };
    }
}

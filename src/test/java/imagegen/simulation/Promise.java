package imagegen.simulation;

/** What a violation is a violation of: the invariants of every history. */
enum Promise {
    /** Every end that the backend made known reaches whoever may hear it, and nobody told "complete" has missed any. */
    ALL_IS_TOLD,
    /** Nothing twice, nothing after the end, nothing that is not so. */
    ONLY_WHAT_IS_SO,
    /** Nobody hears another user's updates, or any after their token's end or their sign-out. */
    ONLY_TO_WHOM_IT_BELONGS,
    /** Whoever waits for a request is told how it ended. */
    EVERY_WAIT_ENDS,
    /** A connection is never silent or stalled for longer than the configuration says. */
    EVERY_CONNECTION_LIVES,
    /** When all have gone, nothing is left of them. */
    NOTHING_IS_LEFT
}

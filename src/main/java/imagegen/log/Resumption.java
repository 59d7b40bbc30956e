package imagegen.log;

/**
 * Whether a reader's place could be served; after a gap the latest state of every request still known follows, except
 * what the reader has had already.
 */
public enum Resumption implements Reading {

    /** Everything since the cursor is still there. */
    COMPLETE,
    /**
     * A terminal update since the cursor was dropped, or progress that nothing has superseded: too old, or one too
     * many.
     */
    GAP_EXPIRED,
    /** The cursor is not one of this log: another user's, of a log that is no more, or forged. */
    GAP_UNKNOWN
}

package imagegen.log;

/** What became of an update that was appended. */
public enum Outcome {
    APPENDED,
    /** Says what the log's latest update of the request says already. */
    REPEATED,
    /** Came after the request's terminal update. */
    LATE
}

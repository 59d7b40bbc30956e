package imagegen.intake;

/** Hears what intake does, for whoever measures. Called from the streams' threads: must be quick and never fail. */
interface IntakeMeter {

    /** An update came over a stream. */
    void streamed();

    /** An update was found by asking. */
    void polled();

    /** A stream was opened that had been open before. */
    void reconnected();

    /** A message was skipped; {@code reason} is one of a small fixed set. */
    void discarded(String reason);
}

/**
 * Remembers each user's updates for as long as a reader may come back for them.
 *
 * <p>{@link imagegen.log.Logs} is the meeting point of intake, which appends, and delivery, which reads; neither knows
 * the other. A log is compacted per request: it holds a request's latest update only, because progress is superseded by
 * what follows and nothing follows a terminal update. A {@link imagegen.log.Reader} is a place in a log, not a queue:
 * replay and live delivery are the same call, so no update can fall between them, and a reader that lags skips
 * superseded progress by itself.
 *
 * <p>The logs are in this process' memory, or in a Redis that several nodes share; then each node keeps copies of those
 * that are read there, and everything above holds of the copies too.
 */
package imagegen.log;

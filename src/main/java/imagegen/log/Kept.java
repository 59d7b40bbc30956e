package imagegen.log;

import imagegen.update.RequestId;

/**
 * One update as it is kept elsewhere.
 *
 * @param endedAt    where the request ended for the first time, if this update tells of it again; 0 if not
 * @param appendedAt this node's monotonic clock, nanoseconds
 */
record Kept(long place, RequestId requestId, boolean terminal, byte[] json, long endedAt, long appendedAt) {
}

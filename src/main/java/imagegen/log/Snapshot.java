package imagegen.log;

import imagegen.update.RequestId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A log as it is kept elsewhere, or the end of it.
 *
 * @param last             the last place that was given
 * @param endedThrough     the newest terminal update that was dropped
 * @param forgottenThrough all who have not read beyond here have lost a request that has not ended
 * @param entries          oldest first
 * @param requests         what is remembered of requests whose update was dropped; only there if this is all of it
 */
record Snapshot(String epoch, long last, long endedThrough, long forgottenThrough, List<Kept> entries,
                Optional<Dropped> requests) {

    /** Requests with the place of the update that was dropped, in the order of the places. */
    record Dropped(Map<RequestId, Long> unfinished, Map<RequestId, Long> ended) {
    }

    long lostThrough() {
        long unfinished = requests.map(it -> it.unfinished().values()).filter(it -> !it.isEmpty())
                .map(Collections::max).orElse(0L);
        return Math.max(unfinished, Math.max(endedThrough, forgottenThrough));
    }
}

package imagegen.intake;

import imagegen.access.Attendance;
import imagegen.backend.Backend;
import imagegen.log.Entry;
import imagegen.log.Logs;
import imagegen.time.Time;
import imagegen.update.RequestId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All that comes in from the backend: a feed for each user that is there, or one for everybody. */
sealed interface Feeds extends Attendance.Observer, AutoCloseable permits UserFeeds, SharedFeed {

    /** Request ids that one visit may have looked up. */
    int MAX_NAMED = 64;

    /**
     * Where a feed gets what it works with.
     *
     * @param perRequest whether the backend wants each stream to name its request
     */
    record Means(
            Backend backend,
            Logs logs,
            Inbox inbox,
            IntakeMeter meter,
            IntakeConfig config,
            Line.Pace pace,
            boolean perRequest,
            Time time) {

        /** The request's latest update, as far as the log has it at hand. */
        Optional<Entry> latest(String user, RequestId id) {
            return logs.latest(user, id).toCompletableFuture().getNow(Optional.empty());
        }

        /** The requests that have not ended, as far as the log has them at hand. */
        List<RequestId> unfinished(String user) {
            return logs.unfinished(user).toCompletableFuture().getNow(List.of());
        }
    }

    /** Opens what is open from the start. */
    void start();

    /** Lets time pass. Called by one thread, several times per poll interval. */
    void tick();

    /** This user's request has been cancelled with this token. */
    void cancelled(String user, RequestId id, Token token);

    /** How many lines are in which state. */
    Map<LineState, Integer> states();

    /** Closes every stream. Nothing is opened any more. */
    @Override
    void close();

    static Set<RequestId> requestIds(Set<String> texts) {
        return texts.stream().limit(MAX_NAMED).map(RequestId::parse).flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    static Map<LineState, Integer> none() {
        var counts = new EnumMap<LineState, Integer>(LineState.class);
        for (var state : LineState.values()) {
            counts.put(state, 0);
        }
        return counts;
    }
}

package imagegen.delivery;

import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.update.Cursor;
import imagegen.update.RequestId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a subscriber asks for, the same on every transport.
 *
 * @param only  the requests named by {@code request_id}; empty means all of the caller's
 * @param after the place to go on from, where one was presented
 */
public record Asked(Set<RequestId> only, Optional<Cursor> after) {

    private static final int MAX_REQUESTS = 100;
    /** No log's place: what a cursor stands for that can't be read, or leaves out what is asked for now. */
    private static final Cursor UNREADABLE = new Cursor("0", 0);

    /**
     * Reads the parameters; a cursor that makes no sense is one that can't be served, not an error, because a browser
     * will present it again and again.
     *
     * @param requestIds  values of {@code request_id}
     * @param lastEventId of the header {@code Last-Event-ID}, which wins: a browser that reconnects by itself repeats
     *                    the URL it began with
     * @param after       of the parameter {@code after}
     * @throws ProblemException {@code invalid-parameter} for a bad or one too many {@code request_id}
     */
    public static Asked of(Collection<String> requestIds, String lastEventId, String after) {
        Set<RequestId> only = new LinkedHashSet<>();
        for (String text : requestIds) {
            only.add(RequestId.parse(text).orElseThrow(() -> new ProblemException(ProblemType.INVALID_PARAMETER,
                    "request_id takes 1 to 128 characters of A-Z a-z 0-9 . _ : -")));
        }
        if (only.size() > MAX_REQUESTS) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER,
                    "At most " + MAX_REQUESTS + " request_id parameters are taken; without any, all updates come.");
        }
        String presented = lastEventId != null && !lastEventId.isEmpty() ? lastEventId : after;
        return new Asked(only, presented == null || presented.isEmpty() ? Optional.empty()
                : Optional.of(Cursor.parse(presented).filter(cursor -> cursor.covers(only)).orElse(UNREADABLE)));
    }


    /** The names, for whoever fetches what is not in the log. */
    public Set<String> names() {
        return only.stream().map(RequestId::value).collect(Collectors.toUnmodifiableSet());
    }
}

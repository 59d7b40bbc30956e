package imagegen.access;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The visits of one user, and which of them belong to one browser session. Guarded by its key in the map of rooms. */
final class Room {

    /** Renewals outlive their tokens here only as long as somebody is in, and no more than so many. */
    private static final int REMEMBERED = 32;

    private final Set<Attendance.Stay> stays = new HashSet<>();
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private int streams;

    /** A session by the names of all tokens that its cookie has held: tabs which renew at once stay together. */
    private static final class Session {
        private Caller newest;
    }

    int streams() {
        return streams;
    }

    Room enter(Attendance.Stay stay) {
        // Authenticated with the cookie's last token while the cookie was given its next one.
        sessionOf(stay.caller()).map(session -> session.newest)
                .filter(newest -> newest.expiresAt().isAfter(stay.caller().expiresAt()))
                .ifPresent(stay::goOnAs);
        stays.add(stay);
        if (stay.counted) {
            streams++;
        }
        return this;
    }

    /** Whether somebody is still in. */
    boolean leave(Attendance.Stay stay) {
        if (stays.remove(stay) && stay.counted) {
            streams--;
        }
        return !stays.isEmpty();
    }

    Room renew(Caller previous, Caller fresh, List<Attendance.Stay> renewed) {
        if (previous.session().isEmpty() || fresh.session().isEmpty()) {
            return this;
        }
        var session = sessionOf(previous).orElseGet(Session::new);
        remember(previous, session);
        remember(fresh, session);
        session.newest = fresh;
        for (var stay : stays) {
            if (sessionOf(stay.caller()).filter(session::equals).isPresent()) {
                stay.goOnAs(fresh);
                renewed.add(stay);
            }
        }
        return this;
    }

    private Optional<Session> sessionOf(Caller caller) {
        return caller.session().map(sessions::get);
    }

    private void remember(Caller caller, Session session) {
        var name = caller.session().orElseThrow();
        sessions.remove(name);
        sessions.put(name, session);
        if (sessions.size() > REMEMBERED) {
            sessions.remove(sessions.keySet().iterator().next());
        }
    }
}

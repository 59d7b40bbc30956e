package imagegen.access;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The visits of one user, and which of them belong to one browser session. Guarded by its key in the map of rooms.
 *
 * <p>A session is known from the first visit under it until its last visit has left; nobody makes it known by talking
 * of it, and nobody makes it forgotten while it has visits.
 */
final class Room {

    private final Set<Attendance.Stay> stays = new HashSet<>();
    private final Map<String, Session> sessions = new HashMap<>();
    private int streams;

    /** A session, by the names of the last tokens that its cookie has held: tabs which renew at once stay together. */
    private static final class Session {

        private static final int NAMES = 8;

        private final Deque<String> names = new ArrayDeque<>();
        private Caller newest;
        private int stays;
    }

    int streams() {
        return streams;
    }

    Room enter(Attendance.Stay stay) {
        stay.caller().session().ifPresent(name -> {
            var session = sessions.computeIfAbsent(name, unknown -> begun(name, stay.caller()));
            session.stays++;
            // Authenticated with the cookie's last token while the cookie was given its next one.
            if (session.newest.expiresAt().isAfter(stay.caller().expiresAt())) {
                stay.goOnAs(session.newest);
            }
        });
        stays.add(stay);
        if (stay.counted) {
            streams++;
        }
        return this;
    }

    private static Session begun(String name, Caller caller) {
        var session = new Session();
        session.names.add(name);
        session.newest = caller;
        return session;
    }

    /** Whether somebody is still in. */
    boolean leave(Attendance.Stay stay) {
        if (stays.remove(stay)) {
            if (stay.counted) {
                streams--;
            }
            sessionOf(stay.caller()).filter(session -> --session.stays == 0)
                    .ifPresent(session -> session.names.forEach(sessions::remove));
        }
        return !stays.isEmpty();
    }

    /** Lets the visits of the session that {@code previous} names go on as {@code fresh}; where there are none, nothing. */
    List<Attendance.Stay> renew(Caller previous, Caller fresh) {
        return sessionOf(previous).map(session -> {
            session.newest = fresh;
            var moved = move(session, fresh);
            name(session, fresh.session().orElseThrow());
            return moved;
        }).orElse(List.of());
    }

    /** Ends the visits of the session that {@code caller} names. */
    List<Attendance.Stay> end(Caller caller) {
        return sessionOf(caller).map(session -> {
            session.newest = session.newest.ended();
            return move(session, session.newest);
        }).orElse(List.of());
    }

    /** All names of that session, as far as they are known here. */
    Set<String> names(Caller caller) {
        return sessionOf(caller).map(session -> Set.copyOf(session.names)).orElse(Set.of());
    }

    private List<Attendance.Stay> move(Session session, Caller caller) {
        var moved = new ArrayList<Attendance.Stay>();
        for (var stay : stays) {
            if (sessionOf(stay.caller()).filter(session::equals).isPresent()) {
                stay.goOnAs(caller);
                moved.add(stay);
            }
        }
        return moved;
    }

    private void name(Session session, String name) {
        var other = sessions.get(name);
        if (other == null) {
            session.names.add(name);
            sessions.put(name, session);
        } else if (other != session) {
            // Two cookies were given the same token: one session from now on.
            session.stays += other.stays;
            session.names.addAll(other.names);
            other.names.forEach(same -> sessions.put(same, session));
        }
        while (session.names.size() > Session.NAMES) {
            sessions.remove(session.names.removeFirst());
        }
    }

    private Optional<Session> sessionOf(Caller caller) {
        return caller.session().map(sessions::get);
    }
}

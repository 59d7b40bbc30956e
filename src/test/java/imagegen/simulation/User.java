package imagegen.simulation;

import imagegen.access.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Somebody with a browser session, and with a token to put into headers. */
final class User {

    final String name;
    private final VirtualTime time;
    private final Map<String, Instant> tokens = new HashMap<>();
    /** What the session cookie holds; empty when signed out. */
    private Optional<Caller> cookie = Optional.empty();
    private Caller header;
    private int issued;

    User(String name, VirtualTime time, Duration lifetime) {
        this.name = name;
        this.time = time;
        this.header = issue(lifetime, false);
        this.cookie = Optional.of(issue(lifetime, true));
    }

    private Caller issue(Duration lifetime, boolean inSession) {
        String token = name + "-token-" + issued++;
        Instant end = time.instant().plus(lifetime);
        tokens.put(token, end);
        return new Caller(name, token, end, inSession ? Optional.of("session of " + token) : Optional.empty());
    }

    /** With a token that would be accepted now. */
    Optional<Caller> caller(boolean byCookie) {
        return (byCookie ? cookie : Optional.of(header)).filter(caller -> accepts(caller.token()));
    }

    Optional<Caller> cookie() {
        return cookie;
    }

    /** Whether that token is this user's and has not ended. */
    boolean accepts(String token) {
        return Optional.ofNullable(tokens.get(token)).filter(end -> time.instant().isBefore(end)).isPresent();
    }

    /** The cookie gets another token; the one before is answered. Not where there is nothing to renew. */
    Optional<Caller> renews(Duration lifetime) {
        Optional<Caller> before = cookie;
        if (before.isPresent()) {
            cookie = Optional.of(issue(lifetime, true));
        }
        return before;
    }

    Optional<Caller> signsOut() {
        Optional<Caller> before = cookie;
        cookie = Optional.empty();
        return before;
    }

    /** With whatever has ended replaced. */
    void signsIn(Duration lifetime) {
        if (caller(true).isEmpty()) {
            cookie = Optional.of(issue(lifetime, true));
        }
        if (caller(false).isEmpty()) {
            header = issue(lifetime, false);
        }
    }
}

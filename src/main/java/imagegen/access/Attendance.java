package imagegen.access;

import imagegen.lease.Counts;
import imagegen.problem.Problem;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who is here right now. Whoever delivers admits its callers; whoever fetches for them observes.
 *
 * <p>Any thread, never blocking. Observers and listeners are called on the thread that caused the news, outside of all
 * locks, and may call back; one that throws is logged and harms nobody else.
 */
@ApplicationScoped
public class Attendance {

    private static final System.Logger LOG = System.getLogger(Attendance.class.getName());

    private final int limitPerUser;
    private final int limit;
    private final AtomicInteger streams = new AtomicInteger();
    private final ConcurrentHashMap<String, Room> rooms = new ConcurrentHashMap<>();
    private final EndedSessions ended = new EndedSessions();
    private final List<Observer> observers = new CopyOnWriteArrayList<>();
    private volatile Counts counts = Counts.alone();

    /** For the container's proxy only. */
    protected Attendance() {
        this(0, 0);
    }

    @Inject
    public Attendance(
            @ConfigProperty(name = "image-gen.limits.streams-per-user", defaultValue = "16") int limitPerUser,
            @ConfigProperty(name = "image-gen.limits.streams", defaultValue = "20000") int limit) {
        this.limitPerUser = limitPerUser;
        this.limit = limit;
    }

    /**
     * Admits one stream. Streams that are open already are never ended for a new one.
     *
     * @param requestIds what the caller asks for by name; empty for everything of theirs
     * @throws ProblemException {@code too-many-streams}, past a limit; {@code token-expired}, for a session that was
     *         signed out
     */
    public Visit admit(Caller caller, Set<String> requestIds) {
        if (streams.incrementAndGet() > limit) {
            streams.decrementAndGet();
            throw refusal("This server holds as many streams as it may.", Duration.ofSeconds(10));
        }
        var stay = new Stay(caller, true);
        try {
            enter(stay);
        } catch (ProblemException e) {
            streams.decrementAndGet();
            throw e;
        }
        tell(observer -> observer.arrived(stay.caller(), requestIds));
        return stay;
    }

    /** A poll or a submit: no limit counts it, but observers hear of it just the same. */
    public Visit glance(Caller caller, Set<String> requestIds) {
        var stay = new Stay(caller, false);
        enter(stay);
        tell(observer -> observer.arrived(stay.caller(), requestIds));
        return stay;
    }

    /** A session begins, perhaps with a token that one was signed out with before. */
    public void begin(Caller caller) {
        caller.session().ifPresent(ended::lift);
    }

    /**
     * Gives the streams of one browser session their caller's newest token. Both must be the same user's; a session is
     * known by any of the last tokens that its cookie has held while it had a visit.
     *
     * @param previous the caller as the old cookie has it, verified or not: only who knows the whole token can name its
     *         session
     * @param fresh the caller with the token that the cookie holds from now on
     * @return how many streams go on with the fresh token
     */
    public int renew(Caller previous, Caller fresh) {
        if (!previous.user().equals(fresh.user()) || fresh.session().isEmpty()
                || previous.session().filter(ended::contains).isPresent()) {
            return 0;
        }
        var renewed = new ArrayList<Stay>();
        rooms.computeIfPresent(fresh.user(), (user, room) -> {
            renewed.addAll(room.renew(previous, fresh));
            return room;
        });
        renewed.forEach(stay -> stay.tell(fresh));
        if (!renewed.isEmpty()) {
            tell(observer -> observer.renewed(fresh));
        }
        return counted(renewed);
    }

    /**
     * Ends the visits of a session whose user signs out: to them it is as if their token had just run out. Openings
     * under it that are still under way are refused.
     *
     * @param caller who is verified to have been in that session
     * @return how many streams that were
     */
    public int signOut(Caller caller) {
        caller.session().ifPresent(ended::add);
        return end(caller);
    }

    /**
     * The same for a caller whom nobody has verified, such as one whose token has expired: ends what is known under the
     * name of this very token, and remembers nothing of what is not.
     */
    public int end(Caller caller) {
        var gone = new ArrayList<Stay>();
        rooms.computeIfPresent(caller.user(), (user, room) -> {
            room.names(caller).forEach(ended::add);
            gone.addAll(room.end(caller));
            return room;
        });
        gone.forEach(stay -> stay.tell(stay.caller()));
        return counted(gone);
    }

    private static int counted(List<Stay> stays) {
        return (int) stays.stream().filter(stay -> stay.counted).count();
    }

    /** To be told of the streams that each user has here, and asked for those that they have on other nodes. */
    void countWith(Counts others) {
        counts = others;
    }

    public void observe(Observer observer) {
        observers.add(observer);
    }

    /** How many streams are open now. */
    public int streams() {
        return streams.get();
    }

    /** How many users are here now, by stream or by poll. */
    public int users() {
        return rooms.size();
    }

    private void enter(Stay stay) {
        // A failure inside leaves the room as it was.
        rooms.compute(stay.caller().user(), (user, room) -> {
            // In here, so that it comes either before a sign-out, which then ends it, or after.
            if (stay.caller().session().filter(ended::contains).isPresent()) {
                throw new ProblemException(Problem.of(ProblemType.TOKEN_EXPIRED, "This session was signed out."));
            }
            var entered = room == null ? new Room() : room;
            if (stay.counted && entered.streams() + counts.elsewhere(user) >= limitPerUser) {
                counts.look(user);
                throw refusal("At most " + limitPerUser + " streams of one user may be open.", Duration.ofSeconds(5));
            }
            entered.enter(stay);
            tellCount(user, stay, entered);
            return entered;
        });
    }

    private void leave(Stay stay) {
        rooms.computeIfPresent(stay.caller().user(), (user, room) -> {
            boolean inUse = room.leave(stay);
            tellCount(user, stay, room);
            return inUse ? room : null;
        });
        if (stay.counted) {
            streams.decrementAndGet();
        }
        tell(observer -> observer.left(stay.caller()));
    }

    /** Inside the map's compute for that user, so that the last to be told is the last. */
    private void tellCount(String user, Stay changed, Room room) {
        if (changed.counted) {
            counts.here(user, room.streams());
        }
    }

    private static ProblemException refusal(String detail, Duration wait) {
        return new ProblemException(Problem.of(ProblemType.TOO_MANY_STREAMS, detail).retryAfter(wait));
    }

    private void tell(Consumer<Observer> news) {
        for (var observer : observers) {
            try {
                news.accept(observer);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "an observer failed", e);
            }
        }
    }

    /** Hears of every visit: {@code arrived} once, and after it {@code left} once. Must not block. */
    public interface Observer {

        void arrived(Caller caller, Set<String> requestIds);

        /** This user's visits go on with this newer token. */
        void renewed(Caller caller);

        void left(Caller caller);
    }

    /** One caller's presence, from admission to {@link #close()}. */
    public interface Visit extends AutoCloseable {

        /** With the newest token. */
        Caller caller();

        /**
         * Hears of a newer token for this visit; of one that came before the listener, at once. A caller whose token
         * has ended already means that its user has signed out. Must not block.
         */
        void onRenewed(Consumer<Caller> listener);

        /** Leaves; again is fine. Never fails. */
        @Override
        void close();
    }

    /** A visit. Its room moves it from caller to caller; its listeners are its own. */
    final class Stay implements Visit {

        final boolean counted;
        private final AtomicBoolean left = new AtomicBoolean();
        private final List<Consumer<Caller>> listeners = new CopyOnWriteArrayList<>();
        private final Caller admitted;
        private volatile Caller caller;

        Stay(Caller caller, boolean counted) {
            this.admitted = caller;
            this.caller = caller;
            this.counted = counted;
        }

        @Override
        public Caller caller() {
            return caller;
        }

        void goOnAs(Caller fresh) {
            caller = fresh;
        }

        @Override
        public void onRenewed(Consumer<Caller> listener) {
            // Added first and compared then: a renewal in between may be told twice, but never not at all.
            listeners.add(listener);
            var now = caller;
            if (now != admitted) {
                call(listener, now);
            }
        }

        void tell(Caller fresh) {
            // A still newer one has been told, or is about to be.
            if (caller == fresh && !left.get()) {
                listeners.forEach(listener -> call(listener, fresh));
            }
        }

        private static void call(Consumer<Caller> listener, Caller fresh) {
            try {
                listener.accept(fresh);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a listener to renewals failed", e);
            }
        }

        @Override
        public void close() {
            if (left.compareAndSet(false, true)) {
                listeners.clear();
                leave(this);
            }
        }
    }
}

package imagegen.intake;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.backend.BackendConfig.Stream;
import imagegen.update.RequestId;
import imagegen.update.Update;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Everybody who is here, and the one stream for all where the backend has one. */
final class Presences implements Attendance.Observer, AutoCloseable {
    /** Request ids that one visit may have looked up. */
    private static final int MAX_NAMED = 100;

    private final Tools tools;
    private final Stream mode;
    private final Optional<SharedStream> shared;
    private final ConcurrentMap<String, Presence> users = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param turn         whether the one stream for all users is this node's
     * @param serviceToken as configured now; for that stream
     */
    Presences(Tools tools, Stream mode, Turn turn, Supplier<Optional<String>> serviceToken) {
        this.tools = tools;
        this.mode = mode;
        this.shared = mode == Stream.SHARED
                ? Optional.of(new SharedStream(tools, turn, serviceToken, this::streamed, this::missed))
                : Optional.empty();
    }

    @Override
    public void arrived(Caller caller, Set<String> requestIds) {
        var ids = requestIds.stream().limit(MAX_NAMED).map(RequestId::parse).flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
        while (!closed) {
            var presence = of(caller.user());
            if (presence.arrived(caller, ids)) {
                break;
            }
            users.remove(caller.user(), presence);
        }
        if (closed) {
            close();
        }
    }

    @Override
    public void renewed(Caller caller) {
        find(caller.user()).ifPresent(it -> it.renewed(caller));
    }

    // A presence with a visitor never retires, so the one that the visitor came to is still there.
    @Override
    public void left(Caller caller) {
        find(caller.user()).ifPresent(Presence::left);
    }

    /** Lets time pass. Called by one thread, several times per poll interval. What fails for one fails for no other. */
    void tick() {
        shared.ifPresent(it -> guarded(it::tick));
        users.forEach((user, presence) -> guarded(() -> {
            if (presence.tick()) {
                users.remove(user, presence);
            }
        }));
    }

    /** This user's presence, with or without visitors. */
    Presence of(String user) {
        return users.computeIfAbsent(user, name -> new Presence(name, tools, mode, shared));
    }

    Optional<Presence> find(String user) {
        return Optional.ofNullable(users.get(user));
    }

    /** How many users are present. */
    int size() {
        return users.size();
    }

    /** How many streams of the backend this node itself has open. */
    int open() {
        return shared.map(SharedStream::open).orElse(0) + users.values().stream().mapToInt(Presence::streams).sum();
    }

    /**
     * How many streams are in which state, whichever node has them; of streams for single requests one of each user
     * counts.
     */
    Map<SubscriptionState, Integer> states() {
        var counts = new EnumMap<SubscriptionState, Integer>(SubscriptionState.class);
        for (var state : SubscriptionState.values()) {
            counts.put(state, 0);
        }
        shared.ifPresentOrElse(it -> counts.put(it.state(), 1),
                () -> users.values().forEach(it -> counts.merge(it.state(), 1, Integer::sum)));
        return counts;
    }

    /** Closes every stream. Nothing is opened any more. */
    @Override
    public void close() {
        closed = true;
        shared.ifPresent(SharedStream::close);
        users.values().forEach(Presence::retire);
        users.clear();
    }

    /** Of users who are not here too, since a late subscriber must find it. */
    private void streamed(String user, Update update) {
        var present = users.get(user);
        if (present != null) {
            present.streamed(update);
        } else if (update.terminal() || closed) {
            tools.inbox().streamed(user, update);
        } else {
            of(user).streamed(update);
        }
    }

    private void missed() {
        users.values().forEach(it -> it.missed(Optional.empty()));
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            tools.inbox().failed(e);
        }
    }
}

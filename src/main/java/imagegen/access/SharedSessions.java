package imagegen.access;

import imagegen.redis.Redis;
import imagegen.redis.Script;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What becomes of a session on one node becomes of it on all: each tells the others through Redis, and does as they
 * say. Sign-outs are kept there for an hour, so that a node whose line was broken hears of them late rather than never;
 * what can't be told while Redis is down is told when it is up again. A renewal carries the fresh token and is not
 * kept: a stream that misses one ends with its old token, and its client comes back with the new.
 *
 * <p>Does nothing where nodes share nothing. Any thread; nothing blocks.
 */
@ApplicationScoped
public class SharedSessions implements Redis.Listener {

    private static final Script TELL = Script.of(SharedSessions.class, "tell.lua");
    private static final Script MISSED = Script.of(SharedSessions.class, "missed.lua");
    private static final int MAX_UNTOLD = 10_000;

    private final Optional<Redis> redis;
    private final Attendance attendance;
    private final String node = UUID.randomUUID().toString();
    private final Queue<String> untold = new ConcurrentLinkedQueue<>();
    /** The id of the last sign-out heard of; empty until the first look, which begins at the end. */
    private volatile String heardOf = "";

    /** For the container's proxy only. */
    protected SharedSessions() {
        this(Optional.empty(), null);
    }

    @Inject
    public SharedSessions(Optional<Redis> redis, Attendance attendance) {
        this.redis = redis;
        this.attendance = attendance;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        start();
    }

    void start() {
        redis.ifPresent(shared -> {
            shared.subscribe(shared.name("sessions"), this);
            shared.watch(state -> {
                if (state.up()) {
                    tellUntold();
                }
            });
        });
    }

    /** As {@link Attendance#begin} on the other nodes. */
    void begun(Caller caller) {
        caller.session().ifPresent(session -> tell("begun", session, caller.user()));
    }

    /** As {@link Attendance#renew} on the other nodes. */
    void renewed(Caller previous, Caller fresh) {
        previous.session().ifPresent(session -> tell("renewed", session, fresh.user(), fresh.token(),
                Long.toString(fresh.expiresAt().toEpochMilli())));
    }

    /** As {@link Attendance#signOut} on the other nodes. */
    void signedOut(Caller caller) {
        caller.session().ifPresent(session -> tell("signed-out", session, caller.user()));
    }

    /** As {@link Attendance#end} on the other nodes. */
    void ended(Caller caller) {
        caller.session().ifPresent(session -> tell("ended", session, caller.user()));
    }

    private void tell(String what, String session, String user, String... more) {
        if (redis.isPresent()) {
            tell(String.join(" ", node, what, session, URLEncoder.encode(user, StandardCharsets.UTF_8),
                    String.join(" ", more)).strip());
        }
    }

    private void tell(String message) {
        Redis shared = redis.orElseThrow();
        boolean keep = !message.contains(" renewed ");
        byte[][] keys = {Redis.utf8(shared.name("sessions:ended"))};
        shared.run(TELL, "sessions", keys, new byte[][] {Redis.utf8(shared.name("sessions")), Redis.utf8(message),
                Redis.utf8(keep ? "1" : "0")}, (answer, failure) -> {
            if (failure != null && untold.size() < MAX_UNTOLD) {
                untold.add(message);
            }
        });
    }

    private void tellUntold() {
        for (int left = untold.size(); left > 0; left--) {
            Optional.ofNullable(untold.poll()).ifPresent(this::tell);
        }
    }

    @Override
    public void listening() {
        Redis shared = redis.orElseThrow();
        byte[][] keys = {Redis.utf8(shared.name("sessions:ended"))};
        shared.run(MISSED, "sessions", keys, new byte[][] {Redis.utf8(heardOf)}, (answer, failure) -> {
            if (failure == null) {
                List<?> found = (List<?>) answer;
                heardOf = text(found.get(0));
                found.stream().skip(1).forEach(message -> did(text(message)));
            }
        });
    }

    /** {@code id message}, where the id is {@code -} for what is not kept. */
    @Override
    public void heard(byte[] message) {
        String all = text(message);
        int end = all.indexOf(' ');
        if (end > 1) {
            heardOf = all.substring(0, end);
        }
        did(all.substring(end + 1));
    }

    private void did(String message) {
        String[] words = message.split(" ");
        if (words[0].equals(node)) {
            return;
        }
        String session = words[2];
        String user = URLDecoder.decode(words[3], StandardCharsets.UTF_8);
        Caller known = new Caller(user, "", Instant.EPOCH, Optional.of(session));
        switch (words[1]) {
            case "begun" -> attendance.begin(known);
            case "renewed" -> attendance.renew(known, new Caller(user, words[4],
                    Instant.ofEpochMilli(Long.parseLong(words[5])), Optional.of(Caller.sessionOf(words[4]))));
            case "signed-out" -> attendance.signOut(known);
            case "ended" -> attendance.end(known);
            default -> System.getLogger(SharedSessions.class.getName()).log(System.Logger.Level.WARNING,
                    "another node speaks of sessions in words that this one does not know; is its version newer?");
        }
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}

package imagegen.intake;

import imagegen.access.Caller;
import imagegen.update.RequestId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A feed for each user that is there, under their own tokens. */
final class UserFeeds implements Feeds {
    private final Means means;
    private final ConcurrentMap<String, UserFeed> feeds = new ConcurrentHashMap<>();
    private volatile boolean closed;

    UserFeeds(Means means) {
        this.means = means;
    }

    @Override
    public void start() {
        // nobody is there yet
    }

    @Override
    public void arrived(Caller caller, Set<String> requestIds) {
        var ids = Feeds.requestIds(requestIds);
        while (!closed) {
            var feed = feeds.computeIfAbsent(caller.user(), user -> new UserFeed(user, means));
            if (feed.arrived(caller, ids)) {
                break;
            }
            feeds.remove(caller.user(), feed);
        }
        if (closed) {
            close();
        }
    }

    @Override
    public void renewed(Caller caller) {
        var feed = feeds.get(caller.user());
        if (feed != null) {
            feed.renewed(caller);
        }
    }

    // A feed with a visitor never retires, so the one that the visitor came to is still there.
    @Override
    public void left(Caller caller) {
        var feed = feeds.get(caller.user());
        if (feed != null) {
            feed.left();
        }
    }

    @Override
    public void tick() {
        feeds.values().removeIf(UserFeed::tick);
    }

    @Override
    public void cancelled(String user, RequestId id, Token token) {
        var feed = feeds.get(user);
        if (feed != null) {
            feed.cancelled(id, token);
        }
    }

    @Override
    public Map<LineState, Integer> states() {
        var counts = Feeds.none();
        feeds.values().forEach(feed -> counts.merge(feed.state(), 1, Integer::sum));
        return counts;
    }

    @Override
    public void close() {
        closed = true;
        feeds.values().forEach(UserFeed::retire);
        feeds.clear();
    }
}

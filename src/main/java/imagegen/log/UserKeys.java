package imagegen.log;

import imagegen.lease.Fence;
import imagegen.redis.Redis;
import java.util.Arrays;

/** Where one user's log is in Redis: all under one hash tag, so that one server of a cluster has them all. */
final class UserKeys {

    final String user;
    final String channel;
    private final byte[][] all;

    UserKeys(Redis redis, String user) {
        this.user = user;
        String tag = redis.name(user, "");
        this.channel = tag + "told";
        this.all = new byte[][] {Redis.utf8(tag + "log"), Redis.utf8(tag + "requests"), Redis.utf8(tag + "meta"),
                Redis.utf8(tag + "open"), Redis.utf8(tag + "unfinished"), Redis.utf8(tag + "ended")};
    }

    /** In the order in which the scripts want them. */
    byte[][] all() {
        return all;
    }

    /** As {@link #all()}, and the lease that is to be checked, if any. */
    byte[][] all(Fence fence) {
        if (fence == Fence.NONE) {
            return all;
        }
        byte[][] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = fence.lease();
        return more;
    }
}

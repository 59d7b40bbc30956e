package imagegen.access;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Sessions that have been signed out, so that an opening which was under way at that moment comes to nothing. The last
 * {@value #MOST}: only a verified token gets in, and no such opening takes as long as that many sign-outs. Any thread.
 */
final class EndedSessions {

    static final int MOST = 10_000;

    /** Guarded by this. */
    private final Set<String> names = new LinkedHashSet<>();

    synchronized void add(String name) {
        names.remove(name);
        names.add(name);
        if (names.size() > MOST) {
            Iterator<String> oldest = names.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Its user has signed in with the same token again. */
    synchronized void lift(String name) {
        names.remove(name);
    }

    synchronized boolean contains(String name) {
        return names.contains(name);
    }
}

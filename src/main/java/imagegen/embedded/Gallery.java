package imagegen.embedded;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Pictures in memory, finished ones and previews, bounded in bytes and age; the least recently fetched go first. Any thread.
 *
 * <p>A picture's name is 128 bits of chance: who has it may see the picture, so that an {@code <img>} needs no token.
 */
final class Gallery {

    private record Hung(Picture picture, Instant until) {
    }

    private final long capacity;
    private final Duration keep;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    /** In the order of the last fetch. Guarded by this, as is the number of bytes in it. */
    private final Map<String, Hung> pictures = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    Gallery(long capacity, Duration keep, Clock clock) {
        this.capacity = capacity;
        this.keep = keep;
        this.clock = clock;
    }

    /** Keeps a picture; answers its name, 22 characters of {@code A-Z a-z 0-9 - _}. */
    String hang(Picture picture) {
        return hang(picture, keep);
    }

    /** Keeps a picture for that long; answers its name. */
    String hang(Picture picture, Duration howLong) {
        byte[] name = new byte[16];
        random.nextBytes(name);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(name);
        synchronized (this) {
            pictures.put(text, new Hung(picture, clock.instant().plus(howLong)));
            bytes += picture.size();
            tidy();
        }
        return text;
    }

    /** The picture of that name, unless it has gone. */
    synchronized Optional<Picture> find(String name) {
        tidy();
        return Optional.ofNullable(pictures.get(name)).map(Hung::picture);
    }

    synchronized long bytes() {
        return bytes;
    }

    private void tidy() {
        Instant now = clock.instant();
        for (Iterator<Hung> all = pictures.values().iterator(); all.hasNext();) {
            Hung hung = all.next();
            // The newest stays, even where it alone is too large.
            if (hung.until.isBefore(now) || bytes > capacity && pictures.size() > 1) {
                bytes -= hung.picture.size();
                all.remove();
            }
        }
    }
}

package imagegen.embedded;

import imagegen.embedded.drawing.Sketch;
import imagegen.update.Image;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one picture looks like while it is drawn: now and then a small one of what is there so far. Confined to the
 * thread that draws.
 *
 * <p>The newest and the one before it can be fetched, since who has just been told of a preview is about to ask for it;
 * older ones have gone.
 */
final class Previews implements AutoCloseable {

    static final Duration BETWEEN = Duration.ofMillis(500);
    private static final int SIDE = 256;
    private static final int FETCHABLE = 2;

    private final Gallery gallery;
    private final Function<String, String> url;
    private final Clock clock;
    private final Deque<String> names = new ArrayDeque<>();
    private Instant next;
    private Optional<Image> newest = Optional.empty();

    Previews(Gallery gallery, Function<String, String> url, Clock clock) {
        this.gallery = gallery;
        this.url = url;
        this.clock = clock;
        this.next = clock.instant().plus(BETWEEN);
    }

    /** The newest preview, taken now if it is time for one; at most one, so that it can be laid behind what is done. */
    List<Image> look(Sketch sketch) {
        if (!clock.instant().isBefore(next)) {
            next = clock.instant().plus(BETWEEN);
            sketch.small(SIDE).ifPresent(this::hang);
        }
        return newest.stream().toList();
    }

    private void hang(Sketch.Small small) {
        String name = gallery.hang(Picture.jpeg(small.jpeg()));
        names.add(name);
        if (names.size() > FETCHABLE) {
            gallery.take(names.remove());
        }
        newest = Optional.of(new Image(url.apply(name), Picture.JPEG, "preview.jpg", small.jpeg().length, small.width(),
            small.height()).asPreview());
    }

    /** The picture is there, or will never be. */
    @Override
    public void close() {
        names.forEach(gallery::take);
    }
}

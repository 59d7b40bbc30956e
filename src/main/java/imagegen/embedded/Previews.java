package imagegen.embedded;

import imagegen.embedded.drawing.Sketch;
import imagegen.update.Image;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one picture looks like while it is drawn: now and then a small one of what is there so far. Confined to the
 * thread that draws.
 *
 * <p>A preview can be fetched for a few seconds, superseded or not: who has just been told of it is about to ask for it.
 */
final class Previews {

    static final Duration BETWEEN = Duration.ofMillis(500);
    static final Duration KEEP = Duration.ofSeconds(10);
    private static final int SIDE = 256;

    private final Gallery gallery;
    private final Function<String, String> url;
    private final Clock clock;
    private Instant next;
    private Optional<Image> newest = Optional.empty();

    /** @param url makes a URL from a picture's name */
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
            newest = sketch.small(SIDE).map(this::hung);
        }
        return newest.stream().toList();
    }

    private Image hung(Sketch.Small small) {
        String name = gallery.hang(Picture.jpeg(small.jpeg()), KEEP);
        return new Image(url.apply(name), Picture.JPEG, "preview.jpg", small.jpeg().length, small.width(),
            small.height()).asPreview();
    }
}

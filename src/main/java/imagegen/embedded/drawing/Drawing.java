package imagegen.embedded.drawing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.ToIntFunction;

/**
 * A picture still to be drawn. The same prompt, seed, size and style give the same bytes, on every machine.
 *
 * @param prompt what to draw; its words may decide style and colors
 * @param seed which of all the pictures of this prompt, 0..{@link #LARGEST_SEED}
 * @param width in pixels, 64..2048
 * @param height in pixels, 64..2048
 * @param style how to draw it; none: the prompt decides
 */
public record Drawing(String prompt, long seed, int width, int height, Optional<Style> style) {

    public static final int SMALLEST = 64;
    public static final int LARGEST = 2048;
    public static final long LARGEST_SEED = 0xffff_ffffL;

    /** Encoding takes about that share of the time, whatever the style. */
    private static final double ENCODING = 0.25;

    public Drawing {
        if (width < SMALLEST || width > LARGEST || height < SMALLEST || height > LARGEST) {
            throw new IllegalArgumentException("width and height are " + SMALLEST + ".." + LARGEST);
        }
        if (seed < 0 || seed > LARGEST_SEED) {
            throw new IllegalArgumentException("seed is 0.." + LARGEST_SEED);
        }
        style = Optional.of(style.orElseGet(() -> styleOf(new Prompt(prompt), seed)));
    }

    /**
     * Draws it, on the calling thread.
     *
     * @param sketch shows what is drawn so far to whoever watches the work, and to the caller afterwards
     * @return the PNG
     * @throws CancellationException when the work's watcher has had enough
     */
    public byte[] png(Work work, Sketch sketch) {
        var words = new Prompt(prompt);
        var random = new Random(words.seed("picture " + seed + " " + style.orElseThrow().label()));
        var canvas = new Canvas(width, height, paletteOf(words, seed), random);
        sketch.of(canvas);
        style.orElseThrow().painter().paint(canvas, work.share(1 - ENCODING));
        return Png.encode(canvas, work.part(ENCODING, height));
    }

    private static Style styleOf(Prompt prompt, long seed) {
        List<String> words = prompt.words();
        return choose(Style.values(), style -> style.calledBy(words), prompt.seed("style") + seed);
    }

    private static Palette paletteOf(Prompt prompt, long seed) {
        List<String> words = prompt.words();
        return choose(Palette.values(), palette -> palette.calledBy(words), prompt.seed("palette") + seed);
    }

    /** One of those that the prompt calls for most; they take turns. */
    private static <T> T choose(T[] all, ToIntFunction<T> calls, long turn) {
        int most = Arrays.stream(all).mapToInt(calls).max().orElseThrow();
        List<T> called = Arrays.stream(all).filter(one -> calls.applyAsInt(one) == most).toList();
        return called.get((int) Math.floorMod(turn, (long) called.size()));
    }
}

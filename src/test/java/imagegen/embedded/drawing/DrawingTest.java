package imagegen.embedded.drawing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DrawingTest {

    @ParameterizedTest
    @EnumSource(Style.class)
    void drawsTheSamePictureForTheSamePromptAndSeed(Style style) {
        assertArrayEquals(draw("a lighthouse", 0, style), draw(" A Lighthouse ", 0, style));
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void drawsAnotherPictureForAnotherPromptAndForAnotherSeed(Style style) {
        byte[] first = draw("a lighthouse", 0, style);
        assertFalse(Arrays.equals(first, draw("a lighthouse in the rain", 0, style)));
        assertFalse(Arrays.equals(first, draw("a lighthouse", 1, style)));
    }

    @Test
    void drawsAnotherPictureInEveryStyle() throws IOException {
        Set<List<Integer>> pictures = new HashSet<>();
        for (Style style : Style.values()) {
            pictures.add(thumbnail(read(draw("a lighthouse", 0, style))));
        }
        assertEquals(Style.values().length, pictures.size());
    }

    @ParameterizedTest
    @CsvSource({"64, 64", "333, 100", "90, 257"})
    void isAPngOfTheSizeAskedForInEveryStyle(int width, int height) throws IOException {
        for (Style style : Style.values()) {
            BufferedImage image = read(new Drawing("size", 0, width, height, Optional.of(style)).png(Work.unwatched(), new Sketch()));
            assertEquals(width, image.getWidth(), style.label());
            assertEquals(height, image.getHeight(), style.label());
            assertTrue(new HashSet<>(thumbnail(image)).size() > 3, style + " is not one flat color");
        }
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void tellsProgressThatNeverFallsMovesInSmallStepsAndEndsAtTheWhole(Style style) {
        List<Double> fractions = new ArrayList<>();
        new Drawing("progress", 0, 128, 96, Optional.of(style)).png(new Work(fractions::add), new Sketch());
        double last = 0;
        for (double fraction : fractions) {
            assertTrue(fraction >= last - 1e-12, () -> style + " fell to " + fraction);
            assertTrue(fraction - last < 0.08, () -> style + " jumped to " + fraction);
            last = fraction;
        }
        assertEquals(1, last, 1e-9);
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void stopsAtTheNextUnitWhenCalledOff(Style style) {
        List<Double> heard = new ArrayList<>();
        var work = new Work(fraction -> {
            heard.add(fraction);
            return fraction < 0.5;
        });
        assertThrows(CancellationException.class, () -> new Drawing("stop", 0, 128, 128, Optional.of(style)).png(work, new Sketch()));
        assertEquals(1, heard.stream().filter(fraction -> fraction >= 0.5).count());
    }

    @ParameterizedTest
    @CsvSource({"mountains by a lake, MOUNTAINS", "A GALAXY far away, NEBULA", "bauhaus poster, TILES",
        "seven planets, WORLDS", "paper coral, PAPERCUT", "cathedral, GLASS", "silk in the wind, RIBBONS"})
    void takesItsStyleFromThePromptsWords(String prompt, Style style) {
        assertEquals(Optional.of(style), new Drawing(prompt, 0, 64, 64, Optional.empty()).style());
    }

    @Test
    void variesTheStyleOverThePicturesOfAPromptThatCallsForNone() {
        Set<Optional<Style>> styles = new HashSet<>();
        for (long seed = 7; seed < 11; seed++) {
            styles.add(new Drawing("qwertz", seed, 64, 64, Optional.empty()).style());
        }
        assertEquals(4, styles.size());
    }

    @Test
    void refusesSizesThatItCannotDraw() {
        assertThrows(IllegalArgumentException.class, () -> new Drawing("x", 0, 63, 64, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> new Drawing("x", 0, 64, 2049, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> new Drawing("x", -1, 64, 64, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> new Drawing("x", 1L << 32, 64, 64, Optional.empty()));
    }

    @Test
    void showsWhatIsDrawnSoFarAndWhatIsThereInTheEnd() throws IOException {
        var sketch = new Sketch();
        assertEquals(Optional.empty(), sketch.small(64));
        List<Sketch.Small> looks = new ArrayList<>();
        var work = new Work(fraction -> {
            if (looks.isEmpty() && fraction >= 0.4) {
                looks.add(sketch.small(64).orElseThrow());
            }
            return true;
        });
        byte[] png = new Drawing("fog", 3, 300, 200, Optional.of(Style.NEBULA)).png(work, sketch);
        var whole = sketch.small(100).orElseThrow();
        assertEquals(List.of(150, 100), List.of(whole.width(), whole.height()));
        assertTrue(distance(read(whole.jpeg()), read(png)) < 12, "as the picture, only smaller");
        BufferedImage half = read(looks.getFirst().jpeg());
        assertEquals(64, half.getHeight());
        assertTrue(brightest(half, 0, 20) > 40, "the upper part is drawn");
        assertTrue(brightest(half, 56, 64) < 16, "the lower part is not");
    }

    @Test
    void makesNothingLarger() {
        var sketch = new Sketch();
        new Drawing("fog", 3, 64, 96, Optional.of(Style.TILES)).png(Work.unwatched(), sketch);
        assertEquals(64, sketch.small(384).orElseThrow().width());
    }

    @Test
    void knowsStylesByTheirNameInAnyCase() {
        assertEquals(Optional.of(Style.GLASS), Style.parse(" Glass "));
        assertEquals(Optional.empty(), Style.parse("cubism"));
    }

    private static byte[] draw(String prompt, long seed, Style style) {
        return new Drawing(prompt, seed, 96, 96, Optional.of(style)).png(Work.unwatched(), new Sketch());
    }

    private static BufferedImage read(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    /** The mean difference of the same places, 0..255. */
    private static double distance(BufferedImage one, BufferedImage other) {
        double sum = 0;
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                sum += Math.abs(mean(one, x, y) - mean(other, x, y));
            }
        }
        return sum / 256;
    }

    private static double mean(BufferedImage image, int x, int y) {
        int width = image.getWidth() / 16;
        int height = image.getHeight() / 16;
        double sum = 0;
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                sum += light(image.getRGB(x * image.getWidth() / 16 + column, y * image.getHeight() / 16 + row));
            }
        }
        return sum / (width * height);
    }

    private static double brightest(BufferedImage image, int from, int to) {
        double brightest = 0;
        for (int y = from; y < to; y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                brightest = Math.max(brightest, light(image.getRGB(x, y)));
            }
        }
        return brightest;
    }

    private static double light(int rgb) {
        return ((rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255)) / 3.0;
    }

    private static List<Integer> thumbnail(BufferedImage image) {
        List<Integer> pixels = new ArrayList<>();
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                pixels.add(image.getRGB(x * image.getWidth() / 8, y * image.getHeight() / 8));
            }
        }
        return pixels;
    }
}

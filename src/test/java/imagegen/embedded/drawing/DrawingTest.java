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
    void drawsTheSamePictureForTheSamePrompt(Style style) {
        assertArrayEquals(draw("a lighthouse", 0, style), draw(" A Lighthouse ", 0, style));
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void drawsAnotherPictureForAnotherPromptAndForAnotherIndex(Style style) {
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
            BufferedImage image = read(new Drawing("size", 0, width, height, Optional.of(style)).png(Work.unwatched()));
            assertEquals(width, image.getWidth(), style.label());
            assertEquals(height, image.getHeight(), style.label());
            assertTrue(new HashSet<>(thumbnail(image)).size() > 3, style + " is not one flat color");
        }
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void tellsProgressThatNeverFallsMovesInSmallStepsAndEndsAtTheWhole(Style style) {
        List<Double> fractions = new ArrayList<>();
        new Drawing("progress", 0, 128, 96, Optional.of(style)).png(new Work(fractions::add));
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
        assertThrows(CancellationException.class, () -> new Drawing("stop", 0, 128, 128, Optional.of(style)).png(work));
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
        for (int index = 0; index < 4; index++) {
            styles.add(new Drawing("qwertz", index, 64, 64, Optional.empty()).style());
        }
        assertEquals(4, styles.size());
    }

    @Test
    void refusesSizesThatItCannotDraw() {
        assertThrows(IllegalArgumentException.class, () -> new Drawing("x", 0, 63, 64, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> new Drawing("x", 0, 64, 2049, Optional.empty()));
    }

    @Test
    void knowsStylesByTheirNameInAnyCase() {
        assertEquals(Optional.of(Style.GLASS), Style.parse(" Glass "));
        assertEquals(Optional.empty(), Style.parse("cubism"));
    }

    private static byte[] draw(String prompt, int index, Style style) {
        return new Drawing(prompt, index, 96, 96, Optional.of(style)).png(Work.unwatched());
    }

    private static BufferedImage read(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
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

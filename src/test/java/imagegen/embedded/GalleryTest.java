package imagegen.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GalleryTest {

    private final TestClock clock = new TestClock();
    private final Gallery gallery = new Gallery(100, Duration.ofHours(1), clock);

    @Test
    void givesNamesThatNobodyGuesses() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String name = gallery.hang(picture(1));
            assertTrue(name.matches("[A-Za-z0-9_-]{22}"), name);
            names.add(name);
        }
        assertEquals(100, names.size());
    }

    @Test
    void findsWhatItKeeps() {
        byte[] png = {1, 2, 3};
        assertArrayEquals(png, gallery.find(gallery.hang(Picture.jpeg(png))).orElseThrow().bytes());
        assertEquals(Optional.empty(), gallery.find("nothing"));
    }

    @Test
    void letsTheLeastRecentlyFetchedGoWhenFull() {
        String first = gallery.hang(picture(40));
        String second = gallery.hang(picture(40));
        gallery.find(first);
        String third = gallery.hang(picture(40));
        assertTrue(gallery.find(first).isPresent());
        assertTrue(gallery.find(second).isEmpty());
        assertTrue(gallery.find(third).isPresent());
        assertEquals(80, gallery.bytes());
    }

    @Test
    void letsTheOldGo() {
        String old = gallery.hang(picture(10));
        clock.turn(Duration.ofMinutes(61));
        assertTrue(gallery.find(old).isEmpty());
        assertEquals(0, gallery.bytes());
    }

    @Test
    void keepsThePictureJustDrawnHoweverLarge() {
        gallery.hang(picture(50));
        String large = gallery.hang(picture(500));
        assertTrue(gallery.find(large).isPresent());
        assertEquals(500, gallery.bytes());
    }

    @Test
    void countsThumbnailsTooAndLetsWhatIsMeantToPassGoEarly() {
        String name = gallery.hang(Picture.png(new byte[30], new byte[10]), Duration.ofSeconds(10));
        assertEquals(40, gallery.bytes());
        assertEquals(10, gallery.find(name).orElseThrow().small().bytes().length);
        clock.turn(Duration.ofSeconds(11));
        assertEquals(Optional.empty(), gallery.find(name));
        assertEquals(0, gallery.bytes());
    }

    private static Picture picture(int bytes) {
        return Picture.jpeg(new byte[bytes]);
    }
}

package imagegen.embedded.drawing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The ways of drawing. Words of a prompt may call for one. */
public enum Style {

    /** Ribbons that follow a field of noise and never touch. */
    RIBBONS(Ribbons::new, "ribbon flow wind hair dance music river silk abstract"),
    /** A leaded window with the light behind it. */
    GLASS(Glass::new, "glass window church cathedral stained crystal jewel gem kaleidoscope mosaic butterfly"),
    /** Ridges behind ridges, in haze, perhaps over water. */
    MOUNTAINS(Mountains::new,
        "mountain landscape hill lake valley alp peak forest horizon sunset sunrise winter snow fog mist tree desert"),
    /** Gas and dust, folded into themselves, and stars. */
    NEBULA(Nebula::new, "nebula galaxy space cosmos star smoke cloud aurora dream universe night magic fire lava"),
    /** Quarters, arcs and stripes on a grid that divides itself. */
    TILES(Tiles::new, "tile bauhaus geometric pattern city quilt square poster modern retro robot house street jazz"),
    /** Worlds of every size, packed. */
    WORLDS(Worlds::new, "planet world moon marble bubble ball orb circle pebble sphere fruit astronaut"),
    /** Sheets of paper, cut and stacked, each with its shadow. */
    PAPERCUT(Papercut::new, "paper papercut wave ocean sea canyon map coral topography layer cave water beach whale");

    private final Supplier<Painter> painter;
    private final List<String> words;

    Style(Supplier<Painter> painter, String words) {
        this.painter = painter;
        this.words = List.of(words.split(" "));
    }

    /** The style of that name, in any case. */
    public static Optional<Style> parse(String name) {
        return Arrays.stream(values()).filter(style -> style.label().equalsIgnoreCase(name.strip())).findFirst();
    }

    /** Its name on the wire. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    int calledBy(List<String> prompt) {
        return Prompt.matches(words, prompt);
    }

    Painter painter() {
        return painter.get();
    }
}

package imagegen.embedded.drawing;

import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Colors that look good together: a ramp from dark to light, and accents that stand out against it. Words of a prompt
 * may call for one.
 */
enum Palette {

    DUSK("160f2e 43205f 8f2f6c dd5568 f7946a ffd9a3", "ffe9c9 2ea3a0",
        "sunset sunrise dusk dawn evening morning twilight romantic"),
    OCEAN("03131f 0a3044 0d5b73 259a96 86d2c0 f3f1da", "ff7f5c f5c66b",
        "ocean sea water wave underwater lake river fish whale ship sailing boat coral turquoise"),
    FOREST("0b1712 1a372a 35663f 769a4c c5c878 f5edd2", "e0703a f2b04c",
        "forest tree wood jungle moss leaf garden meadow green grass fern fox deer"),
    NIGHT("060a1e 121a46 2c2f7d 5c51b8 a68ee2 f7e8c4", "ffd36e ff8fa3",
        "night moon star space cosmos galaxy midnight owl dream astronaut"),
    EMBER("120808 421010 8d1c14 d84e1d f69c2d ffe6aa", "fff4d6 3d8f8a",
        "fire lava volcano ember flame dragon autumn fall phoenix hot"),
    WINTER("0e1b2d 28466a 6796bd b4d2e4 dfecf3 fbfaf6", "e0715a f0b95b",
        "winter snow ice frost arctic glacier cold polar penguin christmas"),
    BLOSSOM("2a0f20 74264f cb5885 f19fb2 fad6d2 fdf3ea", "7fa694 3f6f78",
        "blossom flower cherry rose love spring pink tulip petal bird butterfly"),
    DESERT("28130f 6b3120 b7623a e1a766 f1d7a6 fbf1dc", "2f7f89 7b2d3b",
        "desert sand dune canyon sahara camel pyramid savanna lion western"),
    AURORA("05101a 0a2c3c 106a68 2fc58c a9f2a5 f2fbd7", "9a6bff ff6fb5",
        "aurora northern lights magic fairy emerald enchanted alien"),
    NEON("090617 280f54 7a1fa6 f72f8c ff8f70 fff1a8", "21d4fd 4df0b6",
        "neon cyberpunk robot future synthwave arcade disco electric city"),
    CITRUS("0c3b49 177e74 5fb48a f4d35e fbe9b7 fdf8ea", "f4683c d32f45",
        "summer citrus lemon orange fruit tropical beach party happy parrot"),
    INK("17171b 3c3d44 77787d b3b0a9 ded8cb f6f2e9", "b6342b d99a3c",
        "ink fog mist monochrome black white grey gray paper zen calm minimal rain storm"),
    BAUHAUS("1b1b20 23508f 5b93a0 d9b98c efe0c4 f7efe0", "d63a2b f2b531",
        "bauhaus geometric abstract modern poster retro circle square music jazz"),
    PLUM("190d1c 44173f 7e2a56 b85460 dd9a7a f4dcc0", "5f9c97 f3c15f",
        "wine velvet plum opera theatre castle queen king baroque coffee cat");

    private final Ramp ramp;
    private final List<float[]> stops;
    private final List<float[]> accents;
    private final List<String> words;

    Palette(String stops, String accents, String words) {
        int[] colors = colors(stops);
        this.ramp = new Ramp(colors);
        this.stops = Arrays.stream(colors).mapToObj(Tone::linear).toList();
        this.accents = Arrays.stream(colors(accents)).mapToObj(Tone::linear).toList();
        this.words = List.of(words.split(" "));
    }

    /** How many of its words the prompt's words call for. */
    int calledBy(List<String> prompt) {
        return Prompt.matches(words, prompt);
    }

    Ramp ramp() {
        return ramp;
    }

    /** From dark to light, in linear light; shared, never to be written to. */
    List<float[]> stops() {
        return stops;
    }

    float[] accent(int index) {
        return accents.get(Math.floorMod(index, accents.size()));
    }

    float[] darkest() {
        return stops.getFirst();
    }

    float[] lightest() {
        return stops.getLast();
    }

    /** Any color of it: mostly from the ramp between {@code low} and {@code high}, at times an accent. */
    float[] any(Random random, double low, double high) {
        return random.nextDouble() < 0.18
            ? accent(random.nextInt(accents.size()))
            : ramp.at(low + random.nextDouble() * (high - low));
    }

    /** One of the colors it was made of, from the {@code from}-th stop on, or an accent; flat and unmixed. */
    Color flat(Random random, int from) {
        int choice = random.nextInt(stops.size() - from + accents.size());
        return new Color(Tone.pack(choice < accents.size()
            ? accents.get(choice) : stops.get(from + choice - accents.size())));
    }

    private static int[] colors(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(hex -> Integer.parseInt(hex, 16)).toArray();
    }
}

package imagegen.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Texts that somebody hostile might send: those of a small corpus, then changed ones without end. Blind: what the code
 * does with one does not lead to the next. The seed is said where one breaks something, and gives the same ones again.
 */
public final class Mutations {

    private static final Path CORPUS = Path.of("src/test/resources/fuzz");
    private static final int IN_VERIFY = 2_000;
    private static final int LONGEST = 4096;
    private static final byte[] ODD = {0, '\n', '\r', ' ', '"', '\'', ';', '=', ':', '\\', '%', '{', '}', '[', ']', '-',
        '.', '/', ',', '9', 'e', (byte) 0x7F, (byte) 0x80, (byte) 0xC0, (byte) 0xE2, (byte) 0xED, (byte) 0xEF,
        (byte) 0xFF};

    /** What holds for every text. */
    public interface Property {
        void check(byte[] text) throws Exception;
    }

    private final List<byte[]> corpus;
    private final Random random;

    private Mutations(List<byte[]> corpus, long seed) {
        this.corpus = corpus;
        this.random = new Random(seed);
    }

    /**
     * Tries the corpus of that name, then 2,000 mutations of it, or with {@code -Pfuzz} as many as
     * {@code -Dfuzz.seconds} let it; {@code -Dseed} begins where a failure was.
     */
    public static void of(String name, Property property) {
        List<byte[]> corpus = corpus(name);
        corpus.forEach(text -> check(text, property, "of the corpus"));
        long first = Long.getLong("seed", System.nanoTime());
        long seconds = Long.getLong("fuzz.seconds", 0);
        long began = System.nanoTime();
        for (long seed = first; seconds > 0 ? System.nanoTime() - began < Duration.ofSeconds(seconds).toNanos()
                : seed - first < IN_VERIFY; seed++) {
            check(new Mutations(corpus, seed).next(), property, "again with -Dseed=" + seed);
        }
    }

    private static void check(byte[] text, Property property, String which) {
        try {
            property.check(text.clone());
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw new AssertionError(which + ": " + Arrays.toString(text), e);
        }
    }

    private static List<byte[]> corpus(String name) {
        try (Stream<Path> files = Files.list(CORPUS.resolve(name))) {
            List<byte[]> texts = files.sorted().map(Mutations::read).toList();
            if (texts.isEmpty()) {
                throw new AssertionError("no corpus for " + name);
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] next() {
        byte[] text = any();
        for (int change = random.nextInt(8); change >= 0; change--) {
            text = changed(text);
        }
        return Arrays.copyOf(text, Math.min(text.length, LONGEST));
    }

    private byte[] any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private byte[] changed(byte[] text) {
        int from = random.nextInt(text.length + 1);
        int to = from + random.nextInt(Math.min(text.length - from, 16) + 1);
        byte[] part = Arrays.copyOfRange(text, from, to);
        return switch (random.nextInt(6)) {
            case 0 -> put(text, from, to, new byte[0]);
            case 1 -> put(text, from, from, new byte[] {ODD[random.nextInt(ODD.length)]});
            case 2 -> put(text, from, Math.min(from + 1, text.length), new byte[] {(byte) random.nextInt(256)});
            case 3 -> put(text, from, from, repeated(part, 1 + random.nextInt(64)));
            case 4 -> Arrays.copyOf(text, from);
            default -> put(text, from, to, any());
        };
    }

    private static byte[] repeated(byte[] part, int times) {
        byte[] all = new byte[part.length * times];
        for (int i = 0; i < all.length; i++) {
            all[i] = part[i % part.length];
        }
        return all;
    }

    private static byte[] put(byte[] text, int from, int to, byte[] other) {
        byte[] result = Arrays.copyOf(text, text.length - (to - from) + other.length);
        System.arraycopy(other, 0, result, from, other.length);
        System.arraycopy(text, to, result, from + other.length, text.length - to);
        return result;
    }
}

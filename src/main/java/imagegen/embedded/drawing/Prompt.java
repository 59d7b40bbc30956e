package imagegen.embedded.drawing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.HashSet;

/** A prompt as the drawing sees it: a source of seeds, and words. Case and surrounding space do not matter. */
record Prompt(String text) {

    Prompt {
        text = text.strip().toLowerCase(Locale.ROOT);
    }

    /** A number that the prompt and the purpose alone decide, on every machine. */
    long seed(String purpose) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(purpose.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
            long seed = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                seed = seed << 8 | hash[i] & 0xff;
            }
            return seed;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    List<String> words() {
        return Arrays.stream(text.split("[^\\p{L}]+")).filter(word -> !word.isEmpty()).toList();
    }

    /** How many of the prompt's different words are among these; a plural counts as its singular. */
    static int matches(List<String> known, List<String> prompt) {
        Set<String> found = new HashSet<>();
        for (String word : prompt) {
            if (known.contains(word)) {
                found.add(word);
            } else if (word.endsWith("s") && known.contains(word.substring(0, word.length() - 1))) {
                found.add(word.substring(0, word.length() - 1));
            }
        }
        return found.size();
    }
}

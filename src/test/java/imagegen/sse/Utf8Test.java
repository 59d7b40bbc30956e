package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {

    @ParameterizedTest
    @CsvSource({
        "eda080, ???", "eda04180, ??A?", "f4908080, ????", "f09f, ?", "c0af, ??", "e282, ?", "f0808080, ????",
        "f09f9841, ?A", "e282e282, ??", "e08080, ???", "f1808041, ?A", "f888808080, ?????", "c3c341, ??A", "ff, ?",
        "80, ?", "41c2, A?", "c3a4ff, \u00e4?", "e282acff, \u20ac?", "f09f9880ff, \ud83d\ude00?", "efbfbd, ?"})
    void replacesEachMaximalPartOfAMalformedSequenceOnce(String hex, String expected) {
        var bytes = HexFormat.of().parseHex(hex);
        assertEquals(expected.replace('?', '\uFFFD'), Utf8.decode(bytes, 0, bytes.length));
    }

    @Test
    void decodesEveryCodePointEvenWhereSomethingElseIsMalformed() {
        var text = new StringBuilder();
        for (int c = 1; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
            if (c < 0xD800 || c > 0xDFFF) {
                text.appendCodePoint(c);
            }
        }
        var bytes = (text + "\uFFFD").getBytes(StandardCharsets.UTF_8);
        assertEquals(text + "\uFFFD", Utf8.decode(bytes, 0, bytes.length));
    }
}

package imagegen.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * UTF-8 decode as the Encoding standard has it. Java's own decoder replaces an encoded surrogate by one U+FFFD where
 * the standard wants one for each of its bytes; in all else they agree, so Java's does the work unless something was
 * replaced.
 */
final class Utf8 {

    private Utf8() {
    }

    static String decode(byte[] bytes, int offset, int length) {
        var text = new String(bytes, offset, length, UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : decodeBytewise(bytes, offset, length);
    }

    // [spec] Encoding, 8.1.1 "UTF-8 decoder"
    private static String decodeBytewise(byte[] bytes, int offset, int length) {
        var text = new StringBuilder(length);
        int codePoint = 0;
        int needed = 0;
        int lower = 0x80;
        int upper = 0xBF;
        for (int i = offset; i < offset + length; i++) {
            int b = bytes[i] & 0xFF;
            if (needed > 0) {
                if (b >= lower && b <= upper) {
                    lower = 0x80;
                    upper = 0xBF;
                    codePoint = codePoint << 6 | b & 0x3F;
                    if (--needed == 0) {
                        text.appendCodePoint(codePoint);
                    }
                    continue;
                }
                // "prepend byte to ioQueue, and return error": the byte is looked at again as the first of a sequence.
                text.append('\uFFFD');
                needed = 0;
                lower = 0x80;
                upper = 0xBF;
            }
            if (b <= 0x7F) {
                text.append((char) b);
            } else if (b >= 0xC2 && b <= 0xDF) {
                needed = 1;
                codePoint = b & 0x1F;
            } else if (b >= 0xE0 && b <= 0xEF) {
                lower = b == 0xE0 ? 0xA0 : 0x80;
                upper = b == 0xED ? 0x9F : 0xBF;
                needed = 2;
                codePoint = b & 0xF;
            } else if (b >= 0xF0 && b <= 0xF4) {
                lower = b == 0xF0 ? 0x90 : 0x80;
                upper = b == 0xF4 ? 0x8F : 0xBF;
                needed = 3;
                codePoint = b & 0x7;
            } else {
                text.append('\uFFFD');
            }
        }
        return needed > 0 ? text.append('\uFFFD').toString() : text.toString();
    }
}

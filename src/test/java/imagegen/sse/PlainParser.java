package imagegen.sse;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** The standard's algorithm sentence by sentence, on the whole stream decoded first: slow, and easy to check by eye. */
final class PlainParser {

    private PlainParser() {
    }

    static List<String> parse(byte[] stream) {
        var transcript = new ArrayList<String>();
        var text = Utf8.decode(stream, 0, stream.length);
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        var data = new StringBuilder();
        var type = "";
        var id = "";
        for (var line : lines(text)) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    transcript.add((type.isEmpty() ? "message" : type) + "|" + id + "|"
                            + data.substring(0, data.length() - 1));
                }
                data.setLength(0);
                type = "";
                continue;
            }
            int colon = line.indexOf(':');
            if (colon == 0) {
                continue;
            }
            var field = colon < 0 ? line : line.substring(0, colon);
            var value = colon < 0 ? "" : line.substring(colon + 1);
            if (value.startsWith(" ")) {
                value = value.substring(1);
            }
            switch (field) {
                case "event" -> type = value;
                case "data" -> data.append(value).append('\n');
                case "id" -> id = value.indexOf('\0') < 0 ? value : id;
                case "retry" -> {
                    if (value.matches("[0-9]+")) {
                        transcript.add("retry " + new BigInteger(value).min(BigInteger.valueOf(Long.MAX_VALUE)));
                    }
                }
                default -> { }
            }
        }
        return transcript;
    }

    /** Complete lines only. */
    private static List<String> lines(String text) {
        var lines = new ArrayList<String>();
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                lines.add(text.substring(from, i));
                if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                from = i + 1;
            }
        }
        return lines;
    }
}

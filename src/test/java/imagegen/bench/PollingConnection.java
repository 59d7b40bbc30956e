package imagegen.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;

/** Long polls one after the other, as far apart as the hooks' are. */
final class PollingConnection extends Connection {

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final String path;
    private String after = "";
    private int left;

    PollingConnection(Load load, String path, String token) {
        super(load, token);
        this.path = path;
    }

    @Override
    void begin() throws IOException {
        poll();
    }

    private void poll() throws IOException {
        ask(path + "?wait=" + (after.isEmpty() ? "0" : "25&after=" + after), "Accept: application/json\r\n");
    }

    @Override
    void answered(int status, String head) throws IOException {
        opened(status, 200);
        String name = "\r\ncontent-length: ";
        int at = head.toLowerCase(Locale.ROOT).indexOf(name) + name.length();
        left = Integer.parseInt(head.substring(at, head.indexOf('\r', at)).strip());
    }

    @Override
    void received(ByteBuffer bytes) {
        int count = Math.min(left, bytes.remaining());
        append(bytes, count);
        left -= count;
        if (left == 0) {
            scan(length);
            String body = new String(text, 0, length, ISO_8859_1);
            String name = "\"next\":\"";
            int at = body.lastIndexOf(name) + name.length();
            after = body.substring(at, body.indexOf('"', at));
            length = 0;
            load.later(PAUSE, this::poll);
        }
    }
}

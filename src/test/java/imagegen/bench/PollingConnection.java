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
    private final Chunks chunks = new Chunks();
    /** Bytes of the body that are still to come; -1 where it comes in chunks. */
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
        int at = head.toLowerCase(Locale.ROOT).indexOf(name);
        left = at < 0 ? -1
                : Integer.parseInt(head.substring(at + name.length(), head.indexOf('\r', at + name.length())).strip());
    }

    @Override
    void received(ByteBuffer bytes) {
        if (left < 0 ? chunks.read(bytes, this) : counted(bytes)) {
            scan(length);
            String body = new String(text, 0, length, ISO_8859_1);
            String name = "\"next\":\"";
            int at = body.lastIndexOf(name) + name.length();
            after = body.substring(at, body.indexOf('"', at));
            length = 0;
            load.later(PAUSE, this::poll);
        }
    }

    private boolean counted(ByteBuffer bytes) {
        int count = Math.min(left, bytes.remaining());
        append(bytes, count);
        left -= count;
        return left == 0;
    }
}

package imagegen.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import imagegen.log.Entry;
import imagegen.update.Cursor;

/** An update on transports that have no field for its cursor: the plan's message with {@code id} as a member. */
public final class Message {

    private Message() {
    }

    public static String of(Cursor cursor, Entry entry) {
        // The JSON of an update is an object and never an empty one
        return "{\"id\":\"" + cursor + "\"," + new String(entry.json(), 1, entry.json().length - 1, UTF_8);
    }
}

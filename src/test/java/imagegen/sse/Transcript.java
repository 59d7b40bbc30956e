package imagegen.sse;

import java.util.ArrayList;
import java.util.List;

/** Writes down what a parser says: {@code name|lastEventId|data}. */
class Transcript implements EventStreamParser.Listener {

    private final List<String> lines = new ArrayList<>();

    List<String> lines() {
        return lines;
    }

    @Override
    public void onEvent(EventStreamParser.Event event) {
        lines.add(event.name() + "|" + event.lastEventId() + "|" + event.data());
    }

    @Override
    public void onRetry(long millis) {
        lines.add("retry " + millis);
    }

    @Override
    public void onTooLong(EventStreamParser.TooLong what) {
        lines.add("too long " + what);
    }
}

package imagegen.intake;

import imagegen.intake.LineState.Signal;
import imagegen.update.RequestId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The lines of one user's feed. Called by the feed with its monitor held, but for {@link #state}. */
sealed interface Lines {

    void wanted();

    void renewed();

    void unwanted();

    void tick();

    /** The state that matters most of all lines; any thread. */
    LineState state();

    /** One line for everything of the user's. */
    record One(Line line) implements Lines {
        @Override
        public void wanted() {
            line.signal(Signal.WANTED);
        }

        @Override
        public void renewed() {
            line.signal(Signal.RENEWED);
        }

        @Override
        public void unwanted() {
            line.signal(Signal.UNWANTED);
        }

        @Override
        public void tick() {
            line.tick();
        }

        @Override
        public LineState state() {
            return line.state();
        }
    }

    /**
     * One line for each request that has not ended, found anew at each tick; while nothing is made, there is none.
     * Of very many requests the oldest have a line, and the others wait their turn.
     */
    final class PerRequest implements Lines {
        private static final int MAX_LINES = 32;
        // what an operator wants to hear of first
        private static final List<LineState> BY_WEIGHT =
                List.of(LineState.REFUSED, LineState.POLLING, LineState.CONNECTING, LineState.STREAMING);

        private final Supplier<List<RequestId>> open;
        private final Function<RequestId, Line> newLine;
        private final Map<RequestId, Line> lines = new LinkedHashMap<>();
        private volatile LineState state = LineState.IDLE;

        /**
         * @param open    the requests that have not ended
         * @param newLine makes the line of one request, not yet wanted
         */
        PerRequest(Supplier<List<RequestId>> open, Function<RequestId, Line> newLine) {
            this.open = open;
            this.newLine = newLine;
        }

        @Override
        public void wanted() {
            open.get().stream().limit(MAX_LINES).forEach(id -> {
                if (!lines.containsKey(id)) {
                    var line = newLine.apply(id);
                    lines.put(id, line);
                    line.signal(Signal.WANTED);
                }
            });
        }

        @Override
        public void renewed() {
            lines.values().forEach(line -> line.signal(Signal.RENEWED));
        }

        @Override
        public void unwanted() {
            lines.values().forEach(line -> line.signal(Signal.UNWANTED));
            lines.clear();
            state = LineState.IDLE;
        }

        @Override
        public void tick() {
            var unfinished = open.get();
            lines.entrySet().removeIf(it -> {
                var ended = !unfinished.contains(it.getKey());
                if (ended) {
                    it.getValue().signal(Signal.UNWANTED);
                }
                return ended;
            });
            wanted();
            lines.values().forEach(Line::tick);
            state = BY_WEIGHT.stream().filter(it -> lines.values().stream().anyMatch(line -> line.state() == it))
                    .findFirst().orElse(LineState.IDLE);
        }

        @Override
        public LineState state() {
            return state;
        }
    }
}

package imagegen.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What was measured, as a Markdown table of medians. */
final class Figures {

    /**
     * One round.
     *
     * @param cpuMicros of the gateway, for each update that arrived
     * @param perSecond updates that arrived
     */
    record Round(int rate, Way way, double cpuMicros, double perSecond, double p50, double p99, long missed,
            long repeated) {
    }

    private final List<Round> rounds = new ArrayList<>();

    void add(Round round) {
        rounds.add(round);
    }

    String markdown(Settings settings) {
        StringBuilder table = new StringBuilder("""
                | updates/s | way | CPU/update | of the sink's | latency p50 / p99 | arrived/s | missed | repeated |
                |--:|---|--:|--:|--:|--:|--:|--:|
                """);
        for (int rate : settings.rates()) {
            Optional<Double> sink = of(rate, Way.SINK).map(all -> median(all, Round::cpuMicros));
            for (Way way : settings.ways()) {
                of(rate, way).ifPresent(all -> table.append(row(rate, way, all, sink)));
            }
        }
        return table.toString();
    }

    private Optional<List<Round>> of(int rate, Way way) {
        List<Round> all = rounds.stream().filter(round -> round.rate() == rate && round.way() == way).toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    private static String row(int rate, Way way, List<Round> all, Optional<Double> sink) {
        double cpu = median(all, Round::cpuMicros);
        String missed = way.pushesEach() ? "%d".formatted(all.stream().mapToLong(Round::missed).sum()) : "superseded";
        return String.format(Locale.ROOT,
                "| %,d | %s | %.1f µs (%.1f-%.1f) | %s | %.1f / %.1f ms | %,.0f | %s | %d |%n", rate, way.title(), cpu,
                all.stream().mapToDouble(Round::cpuMicros).min().orElseThrow(),
                all.stream().mapToDouble(Round::cpuMicros).max().orElseThrow(),
                sink.map(other -> String.format(Locale.ROOT, "%.2f", cpu / other)).orElse("-"),
                median(all, Round::p50), median(all, Round::p99), median(all, Round::perSecond), missed,
                all.stream().mapToLong(Round::repeated).sum());
    }

    static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
        List<Double> sorted = all.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}

package imagegen.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What is measured and for how long, from system properties ({@code mvn -Pbench -Dbench.rate=5000}).
 *
 * @param nodes       1, or 2 to measure what it costs that they share their logs; {@code bench.nodes}
 * @param rates       updates per second over all users; {@code bench.rate}, comma-separated; without it 10,000 and
 *                    30,000, of two nodes 2,000 and 10,000
 * @param connections one for each user; {@code bench.connections}
 * @param seconds     that are measured of each round; {@code bench.seconds}
 * @param settling    seconds before them, under the same load; {@code bench.settling}
 * @param rounds      of every way at every rate, of which the median counts; {@code bench.rounds}
 * @param warmup      seconds of each way before the first round, for the compilers; {@code bench.warmup}
 * @param ways        {@code bench.ways}, comma-separated
 * @param jvm         options for the server's JVM, beside those it is shipped with; {@code bench.jvm}, space-separated
 * @param project     where target and server-config are
 */
record Settings(int nodes, List<Integer> rates, int connections, int seconds, int settling, int rounds, int warmup, List<Way> ways,
        List<String> jvm, Path project) {

    static Settings ofSystemProperties() {
        int nodes = Integer.getInteger("bench.nodes", 1);
        List<String> rates = list("bench.rate", "", ",");
        return new Settings(nodes,
                (rates.isEmpty() ? nodes == 1 ? List.of("10000", "30000") : List.of("2000", "10000") : rates).stream().map(Integer::valueOf).toList(),
                Integer.getInteger("bench.connections", 1000),
                Integer.getInteger("bench.seconds", 6),
                Integer.getInteger("bench.settling", 2),
                Integer.getInteger("bench.rounds", 3),
                Integer.getInteger("bench.warmup", 8),
                list("bench.ways", "sse,sink,broadcaster,websocket,polling", ",").stream().map(Way::named).toList(),
                list("bench.jvm", "", " "),
                Path.of("").toAbsolutePath());
    }

    private static List<String> list(String key, String fallback, String separator) {
        return Arrays.stream(System.getProperty(key, fallback).split(separator)).map(String::strip)
                .filter(word -> !word.isEmpty()).toList();
    }
}

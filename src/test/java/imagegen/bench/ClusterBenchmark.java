package imagegen.bench;

import imagegen.bench.Load.Arrived;
import imagegen.redis.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Measures what it costs that two nodes share their logs: one of them has the backend's stream, and the clients are on
 * the other, or on that one.
 */
final class ClusterBenchmark {

    private static final Duration LAST_ARRIVALS = Duration.ofSeconds(5);

    private final Settings settings;
    private final Backend backend;
    private final RedisProcess redis;
    private final List<String> tokens;

    /** Whether the clients are on the node that has the stream. */
    private enum Where {
        ELSEWHERE("the other node"), HERE("the node with the stream");

        private final String title;

        Where(String title) {
            this.title = title;
        }
    }

    /** One round: microseconds of CPU and what Redis did, for each update that was sent. */
    private record Round(int rate, Where where, double p50, double p99, double streaming, double other, double redis,
            double scripts, double commands, double bytesIn, double bytesOut, long missed, long repeated) {
    }

    /** What Redis has done so far. */
    private record Work(Duration cpu, long scripts, long commands, long bytesIn, long bytesOut) {

        static Work of(RedisProcess redis) {
            String stats = redis.tell("INFO", "stats");
            String calls = redis.tell("INFO", "commandstats");
            return new Work(redis.cpu(), number(calls, "cmdstat_evalsha:calls="),
                    number(stats, "total_commands_processed:"), number(stats, "total_net_input_bytes:"),
                    number(stats, "total_net_output_bytes:"));
        }

        private static long number(String text, String name) {
            int from = text.indexOf(name);
            if (from < 0) {
                return 0;
            }
            int to = from += name.length();
            while (Character.isDigit(text.charAt(to))) {
                to++;
            }
            return Long.parseLong(text, from, to, 10);
        }
    }

    private ClusterBenchmark(Settings settings, Backend backend, RedisProcess redis, List<String> tokens) {
        this.settings = settings;
        this.backend = backend;
        this.redis = redis;
        this.tokens = tokens;
    }

    static String run(Settings settings, Tokens tokens) throws IOException, InterruptedException, TimeoutException {
        try (Backend backend = new Backend(); RedisProcess redis = RedisProcess.start()) {
            Map<String, String> shared = Map.of("IMAGE_GEN_LOG_STORE", "redis", "IMAGE_GEN_REDIS_URL", redis.url());
            try (Gateway first = Gateway.start(settings, "first", backend.port(), tokens, shared)) {
                while (!backend.streaming()) {
                    Thread.sleep(10);
                }
                try (Gateway second = Gateway.start(settings, "second", backend.port(), tokens, shared)) {
                    return new ClusterBenchmark(settings, backend, redis, tokens.ofUsers(settings.connections()))
                            .run(first, second);
                }
            }
        }
    }

    private String run(Gateway streaming, Gateway other) throws IOException, InterruptedException, TimeoutException {
        List<Round> rounds = new ArrayList<>();
        for (Where where : Where.values()) {
            System.out.println("warming up: clients on " + where.title);
            round(where, streaming, other, settings.rates().getFirst(), settings.warmup());
        }
        for (int rate : settings.rates()) {
            for (int i = 1; i <= settings.rounds(); i++) {
                for (Where where : Where.values()) {
                    Round round = round(where, streaming, other, rate, settings.seconds());
                    System.out.println(row(List.of(round)));
                    rounds.add(round);
                }
            }
        }
        StringBuilder table = new StringBuilder("""
                | updates/s | clients on | latency p50 / p99 | CPU/update: node with the stream | other node | Redis | \
                scripts / commands of an update | bytes to / from Redis | missed | repeated |
                |--:|---|--:|--:|--:|--:|--:|--:|--:|--:|
                """);
        for (int rate : settings.rates()) {
            for (Where where : Where.values()) {
                table.append(row(rounds.stream().filter(it -> it.rate() == rate && it.where() == where).toList()));
            }
        }
        return "%n%s%n%,d clients, %d rounds of %d s each, medians; Java %s, %d processors, Redis %s%n".formatted(table,
                settings.connections(), settings.rounds(), settings.seconds(), Runtime.version(),
                Runtime.getRuntime().availableProcessors(), redis.version());
    }

    private Round round(Where where, Gateway streaming, Gateway other, int rate, int seconds)
            throws IOException, InterruptedException, TimeoutException {
        try (Load load = new Load(where == Where.HERE ? streaming.port() : other.port())) {
            for (int user = 0; user < settings.connections(); user++) {
                load.add(Way.SSE.connection(load, Tokens.user(user), tokens.get(user)));
            }
            load.open();
            backend.send(settings.connections(), rate, settings.settling());
            long first = backend.sequence();
            load.countFrom(first);
            Duration streamingBefore = streaming.cpu();
            Duration otherBefore = other.cpu();
            Work before = Work.of(redis);
            backend.send(settings.connections(), rate, seconds);
            long sent = (backend.sequence() - first) * settings.connections();
            load.await(sent, LAST_ARRIVALS);
            Work after = Work.of(redis);
            double streamingCpu = micros(streaming.cpu().minus(streamingBefore)) / sent;
            double otherCpu = micros(other.cpu().minus(otherBefore)) / sent;
            Arrived arrived = load.end();
            return new Round(rate, where, arrived.latency().millis(0.5), arrived.latency().millis(0.99), streamingCpu,
                    otherCpu, micros(after.cpu.minus(before.cpu)) / sent,
                    (after.scripts - before.scripts) / (double) sent, (after.commands - before.commands) / (double) sent,
                    (after.bytesIn - before.bytesIn) / (double) sent, (after.bytesOut - before.bytesOut) / (double) sent,
                    sent - arrived.updates(), arrived.repeated());
        }
    }

    private static double micros(Duration time) {
        return time.toNanos() / 1e3;
    }

    private static String row(List<Round> all) {
        return String.format(Locale.ROOT,
                "| %,d | %s | %.1f / %.1f ms | %.1f µs | %.1f µs | %.1f µs | %.2f / %.1f | %,.0f / %,.0f | %d | %d |%n",
                all.getFirst().rate(), all.getFirst().where().title, Figures.median(all, Round::p50), Figures.median(all, Round::p99),
                Figures.median(all, Round::streaming), Figures.median(all, Round::other), Figures.median(all, Round::redis),
                Figures.median(all, Round::scripts), Figures.median(all, Round::commands), Figures.median(all, Round::bytesIn),
                Figures.median(all, Round::bytesOut), all.stream().mapToLong(Round::missed).sum(),
                all.stream().mapToLong(Round::repeated).sum());
    }
}

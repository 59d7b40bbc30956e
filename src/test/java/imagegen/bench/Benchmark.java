package imagegen.bench;

import imagegen.bench.Figures.Round;
import imagegen.bench.Load.Arrived;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Measures every way at every rate, several times in turn, so that what else the machine does falls on all of them
 * alike.
 */
final class Benchmark {

    private static final Duration LAST_ARRIVALS = Duration.ofSeconds(5);
    /** The container notices a client that left when it has written to it a few times. */
    private static final int UNTIL_NOTICED = 6;

    private final Settings settings;
    private final Backend backend;
    private final Gateway gateway;
    private final List<String> tokens;

    private Benchmark(Settings settings, Backend backend, Gateway gateway, List<String> tokens) {
        this.settings = settings;
        this.backend = backend;
        this.gateway = gateway;
        this.tokens = tokens;
    }

    public static void main(String[] args) throws IOException, InterruptedException, TimeoutException {
        Settings settings = Settings.ofSystemProperties();
        Tokens tokens = new Tokens();
        if (settings.nodes() == 2) {
            System.out.println(ClusterBenchmark.run(settings, tokens));
            return;
        }
        try (Backend backend = new Backend();
             Gateway gateway = Gateway.start(settings, "server", backend.port(), tokens, Map.of())) {
            Benchmark benchmark = new Benchmark(settings, backend, gateway, tokens.ofUsers(settings.connections()));
            System.out.println(benchmark.run());
        }
    }

    private String run() throws IOException, InterruptedException, TimeoutException {
        while (!backend.streaming()) {
            Thread.sleep(10);
        }
        for (Way way : settings.ways()) {
            System.out.println("warming up: " + way.title());
            round(way, settings.rates().getFirst(), settings.warmup());
        }
        Figures figures = new Figures();
        for (int rate : settings.rates()) {
            for (int i = 1; i <= settings.rounds(); i++) {
                for (Way way : settings.ways()) {
                    Round round = round(way, rate, settings.seconds());
                    System.out.printf(Locale.ROOT, "%,6d/s round %d: %5.1f µs CPU/update, p99 %6.1f ms, %s%n", rate, i,
                            round.cpuMicros(), round.p99(), way.title());
                    figures.add(round);
                }
            }
        }
        return "%n%s%n%,d connections, %d rounds of %d s each, medians (least-most); Java %s, %d processors, %s %s%n"
                .formatted(figures.markdown(settings), settings.connections(), settings.rounds(), settings.seconds(),
                        Runtime.version(), Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"),
                        System.getProperty("os.arch"));
    }

    private Round round(Way way, int rate, int seconds) throws IOException, InterruptedException, TimeoutException {
        gateway.serve(way == Way.WEBSOCKET ? "websocket" : "sse", tokens.getFirst());
        try (Load load = new Load(gateway.port())) {
            for (int user = 0; user < settings.connections(); user++) {
                load.add(way.connection(load, Tokens.user(user), tokens.get(user)));
            }
            load.open();
            backend.send(settings.connections(), rate, settings.settling());
            long first = backend.sequence();
            load.countFrom(first);
            Duration before = gateway.cpu();
            long begun = System.nanoTime();
            backend.send(settings.connections(), rate, seconds);
            long sent = (backend.sequence() - first) * settings.connections();
            if (way.pushesEach()) {
                load.await(sent, LAST_ARRIVALS);
            }
            double took = (System.nanoTime() - begun) / 1e9;
            Duration cpu = gateway.cpu().minus(before);
            Arrived arrived = load.end();
            if (way.pushesEach() && arrived.updates() + arrived.missed() < sent) {
                System.out.println("  " + (sent - arrived.updates()) + " updates had not arrived in time");
            }
            backend.send(settings.connections(), rate, UNTIL_NOTICED * (double) settings.connections() / rate);
            return new Round(rate, way, cpu.toNanos() / 1e3 / arrived.updates(), arrived.updates() / took,
                    arrived.latency().millis(0.5), arrived.latency().millis(0.99), arrived.missed(),
                    arrived.repeated());
        }
    }
}

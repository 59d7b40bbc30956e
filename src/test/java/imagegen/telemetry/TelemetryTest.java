package imagegen.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.telemetry.ClientMeter.Quantile;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {

    private final Telemetry telemetry = new Telemetry();

    @AfterEach
    void close() {
        telemetry.close();
    }

    private List<String> scraped() {
        return telemetry.scrape(MetricsResource.PROMETHEUS).lines().toList();
    }

    private void shows(String series, double value) {
        var prefix = series + " ";
        assertEquals(List.of(value), scraped().stream().filter(line -> line.startsWith(prefix))
                .map(line -> Double.parseDouble(line.substring(prefix.length()))).toList(), series);
    }

    @Test
    void streamsAreCountedForTheirTransport() {
        var sse = telemetry.transport("sse");
        sse.opened();
        sse.opened();
        sse.closed("client-left", TimeUnit.SECONDS.toNanos(7));
        telemetry.transport("websocket").opened();

        shows("image_gen_streams_open{transport=\"sse\"}", 1);
        shows("image_gen_streams_open{transport=\"websocket\"}", 1);
        shows("image_gen_streams_open{transport=\"polling\"}", 0);
        shows("image_gen_streams_opened_total{transport=\"sse\"}", 2);
        shows("image_gen_streams_closed_total{reason=\"client-left\",transport=\"sse\"}", 1);
        shows("image_gen_stream_duration_seconds_bucket{transport=\"sse\",le=\"5.0\"}", 0);
        shows("image_gen_stream_duration_seconds_bucket{transport=\"sse\",le=\"15.0\"}", 1);
    }

    @Test
    void whatWasDeliveredLiveIsTimedAndWhatWasReplayedIsNot() {
        var sse = telemetry.transport("sse");
        sse.delivered(TimeUnit.MILLISECONDS.toNanos(3));
        sse.replayed(4);
        shows("image_gen_updates_delivered_total{transport=\"sse\"}", 5);
        shows("image_gen_delivery_latency_seconds_count{transport=\"sse\"}", 1);
        shows("image_gen_delivery_latency_seconds_bucket{transport=\"sse\",le=\"0.002\"}", 0);
        shows("image_gen_delivery_latency_seconds_bucket{transport=\"sse\",le=\"0.005\"}", 1);
    }

    @Test
    void whatTheBackendSendsIsCountedByHowItCame() {
        var intake = telemetry.intake();
        intake.streamed();
        intake.polled();
        intake.polled();
        intake.reconnected();
        intake.discarded("malformed");
        shows("image_gen_updates_received_total{source=\"stream\"}", 1);
        shows("image_gen_updates_received_total{source=\"poll\"}", 2);
        shows("image_gen_backend_reconnects_total", 1);
        shows("image_gen_backend_discarded_total{reason=\"malformed\"}", 1);
    }

    @Test
    void resumesRefusalsAndMovesHaveTheirReason() {
        telemetry.transport("sse").resumed("complete");
        telemetry.refused("too-many-streams");
        telemetry.moved("websocket");
        shows("image_gen_resumes_total{transport=\"sse\",verdict=\"complete\"}", 1);
        shows("image_gen_refused_total{problem=\"too-many-streams\"}", 1);
        shows("image_gen_transport_moves_total{to=\"websocket\"}", 1);
    }

    @Test
    void theBackendIsInOneState() {
        var state = new AtomicReference<>("up");
        telemetry.backendState(List.of("up", "down"), state::get);
        shows("image_gen_backend_state{state=\"up\"}", 1);
        shows("image_gen_backend_state{state=\"down\"}", 0);
        state.set("down");
        shows("image_gen_backend_state{state=\"up\"}", 0);
        shows("image_gen_backend_state{state=\"down\"}", 1);
    }

    @Test
    void aNumberOfSomebodyElsesIsAskedForWhenScraped() {
        var list = List.of(1, 2, 3);
        telemetry.gauge("image.gen.users", "Users who are here now", list, List::size);
        shows("image_gen_users", 3);
    }

    @Test
    void whatBrowsersSeeIsComparedToo() {
        var sse = telemetry.client("sse");
        sse.counted(2, 1, 40, 3);
        sse.firstEvent(120);
        sse.latency(Quantile.P50, 30);
        shows("image_gen_client_opens_total{transport=\"sse\"}", 2);
        shows("image_gen_client_reconnects_total{transport=\"sse\"}", 1);
        shows("image_gen_client_messages_total{transport=\"sse\"}", 40);
        shows("image_gen_client_errors_total{transport=\"sse\"}", 3);
        shows("image_gen_client_first_event_seconds_bucket{transport=\"sse\",le=\"0.1\"}", 0);
        shows("image_gen_client_first_event_seconds_bucket{transport=\"sse\",le=\"0.25\"}", 1);
        shows("image_gen_client_latency_seconds_bucket{statistic=\"p50\",transport=\"sse\",le=\"0.05\"}", 1);
        shows("image_gen_client_latency_seconds_count{statistic=\"p99\",transport=\"sse\"}", 0);
    }

    @Test
    void strangeReasonsNeverMakeMoreSeries() {
        for (int i = 0; i < 1000; i++) {
            telemetry.refused("reason-" + i);
        }
        telemetry.refused("quotes \" and\nnewlines");
        var series = scraped().stream().filter(line -> line.startsWith("image_gen_refused_total{")).toList();
        assertEquals(Family.MOST + 1, series.size());
        shows("image_gen_refused_total{problem=\"other\"}", 1000 - Family.MOST + 1);
    }

    @Test
    void aTransportThatIsNoneIsAMistake() {
        assertThrows(IllegalArgumentException.class, () -> telemetry.transport("pigeon"));
    }

    @Test
    void aScraperGetsTheFormatThatItAsksFor() {
        assertEquals(MetricsResource.PROMETHEUS, MetricsResource.format(null));
        assertEquals(MetricsResource.PROMETHEUS, MetricsResource.format("*/*"));
        assertEquals(MetricsResource.OPENMETRICS,
                MetricsResource.format("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3"));
        assertTrue(telemetry.scrape(MetricsResource.OPENMETRICS).endsWith("# EOF\n"));
    }
}

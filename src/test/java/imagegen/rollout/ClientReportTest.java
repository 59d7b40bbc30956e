package imagegen.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.telemetry.ClientMeter.Quantile;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientReportTest {

    private static List<ClientReport> parse(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return ClientReport.parse(reader.readObject());
        }
    }

    @Test
    void readsWhatABrowserSawOfEachTransport() {
        assertEquals(List.of(
                new ClientReport(Transport.SSE, 3, 1, 42, 2, OptionalDouble.of(120.5),
                        Map.of(Quantile.P50, 12.0, Quantile.P99, 80.0)),
                new ClientReport(Transport.POLLING, 0, 0, 0, 0, OptionalDouble.empty(), Map.of())),
                parse("""
                        {"transports":[{"transport":"sse","opens":3,"reconnects":1,"messages":42,"errors":2,
                        "first_event_ms":120.5,"latency_ms":{"p50":12,"p95":null,"p99":80,"p7":1},"colour":"blue"},
                        {"transport":"polling"}]}"""));
    }

    @Test
    void nothingToTellIsFine() {
        assertTrue(parse("{\"transports\":[]}").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}", "{\"transports\":{}}", "{\"transports\":[1]}", "{\"transports\":[{}]}",
        "{\"transports\":[{\"transport\":\"pigeon\"}]}",
        "{\"transports\":[{\"transport\":\"SSE\"}]}",
        "{\"transports\":[{\"transport\":\"sse\"},{\"transport\":\"sse\"}]}",
        "{\"transports\":[{\"transport\":\"sse\"},{\"transport\":\"polling\"},{\"transport\":\"websocket\"},{}]}",
        "{\"transports\":[{\"transport\":\"sse\",\"opens\":-1}]}",
        "{\"transports\":[{\"transport\":\"sse\",\"opens\":\"1\"}]}",
        "{\"transports\":[{\"transport\":\"sse\",\"messages\":100001}]}",
        "{\"transports\":[{\"transport\":\"sse\",\"messages\":1e400}]}",
        "{\"transports\":[{\"transport\":\"sse\",\"first_event_ms\":3600001}]}",
        "{\"transports\":[{\"transport\":\"sse\",\"latency_ms\":{\"p50\":-0.5}}]}"})
    void anythingElseIsRefused(String json) {
        assertTrue(assertThrows(ProblemException.class, () -> parse(json)).problem().is(ProblemType.INVALID_BODY));
    }
}

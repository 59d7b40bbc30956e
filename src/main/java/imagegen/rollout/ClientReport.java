package imagegen.rollout;

import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.telemetry.ClientMeter;
import imagegen.telemetry.ClientMeter.Quantile;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one browser saw of one transport since its last report. Bounded, so that no browser can spoil the figures of
 * all the others by much.
 *
 * @param firstEvent milliseconds from connecting to the first event
 * @param latency milliseconds, by quantile
 */
record ClientReport(Transport transport, long opens, long reconnects, long messages, long errors,
                    OptionalDouble firstEvent, Map<Quantile, Double> latency) {

    static final double MOST_COUNTED = 100_000;
    static final double LONGEST_MILLIS = 3_600_000;

    ClientReport {
        latency = Map.copyOf(latency);
    }

    /** @throws ProblemException {@code invalid-body}, naming the member that is wrong */
    static List<ClientReport> parse(JsonObject body) {
        if (!(body.get("transports") instanceof JsonArray transports)
                || transports.size() > Transport.values().length) {
            throw invalid("transports: an array with one object for each transport");
        }
        var reports = new ArrayList<ClientReport>();
        var seen = EnumSet.noneOf(Transport.class);
        for (var value : transports) {
            if (!(value instanceof JsonObject object)) {
                throw invalid("transports: objects only");
            }
            var report = of(object);
            if (!seen.add(report.transport)) {
                throw invalid("transport: each one once");
            }
            reports.add(report);
        }
        return List.copyOf(reports);
    }

    private static ClientReport of(JsonObject object) {
        var transport = object.get("transport") instanceof JsonString name
                ? Transport.parse(name.getString()) : Optional.<Transport>empty();
        var latency = new EnumMap<Quantile, Double>(Quantile.class);
        if (object.get("latency_ms") instanceof JsonObject quantiles) {
            for (var quantile : Quantile.values()) {
                number(quantiles, quantile.wireName(), LONGEST_MILLIS)
                        .ifPresent(millis -> latency.put(quantile, millis));
            }
        }
        return new ClientReport(
                transport.orElseThrow(() -> invalid("transport: sse, websocket or polling")),
                count(object, "opens"), count(object, "reconnects"), count(object, "messages"),
                count(object, "errors"), number(object, "first_event_ms", LONGEST_MILLIS), latency);
    }

    private static long count(JsonObject object, String name) {
        return (long) number(object, name, MOST_COUNTED).orElse(0);
    }

    private static OptionalDouble number(JsonObject object, String name, double most) {
        var value = object.getOrDefault(name, JsonValue.NULL);
        if (value == JsonValue.NULL) {
            return OptionalDouble.empty();
        }
        if (value instanceof JsonNumber number && number.doubleValue() >= 0 && number.doubleValue() <= most) {
            return OptionalDouble.of(number.doubleValue());
        }
        throw invalid(name + ": a number from 0 to " + (long) most);
    }

    private static ProblemException invalid(String expected) {
        return new ProblemException(ProblemType.INVALID_BODY, expected);
    }

    void addTo(ClientMeter meter) {
        meter.counted(opens, reconnects, messages, errors);
        firstEvent.ifPresent(meter::firstEvent);
        latency.forEach(meter::latency);
    }
}

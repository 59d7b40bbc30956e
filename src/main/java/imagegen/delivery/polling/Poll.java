package imagegen.delivery.polling;

import imagegen.access.Attendance.Visit;
import imagegen.delivery.Asked;
import imagegen.delivery.Message;
import imagegen.delivery.Notice;
import imagegen.log.Entry;
import imagegen.log.Logs;
import imagegen.log.Reader;
import imagegen.log.Reading;
import imagegen.log.Resumption;
import imagegen.telemetry.TransportMeter;
import jakarta.json.JsonObject;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.CompletionCallback;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** One poll: answers with what there is, or with the first update that comes within the caller's patience. */
final class Poll {

    private final AsyncResponse response;
    private final Visit visit;
    private final JsonObject transport;
    private final TransportMeter meter;
    private final Executor executor;
    private final long beganAt = System.nanoTime();
    private volatile boolean waiting;

    // Guarded by this
    private final StringJoiner updates = new StringJoiner(",", "[", "]");
    private Optional<Resumption> verdict = Optional.empty();
    private Reader reader;
    private boolean answered;

    Poll(AsyncResponse response, Visit visit, JsonObject transport, TransportMeter meter, Executor executor) {
        this.response = response;
        this.visit = visit;
        this.transport = transport;
        this.meter = meter;
        this.executor = executor;
    }

    synchronized void begin(Logs logs, Asked asked, Duration patience) {
        meter.opened();
        response.register((CompletionCallback) failure -> leave());
        reader = logs.open(visit.caller().user(), asked.after(), asked.only(), this::wake);
        if (read() || patience.isZero()) {
            answer();
            return;
        }
        response.setTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
        response.setTimeoutHandler(patient -> finish());
        waiting = true;
        // For what was appended before anybody waited
        look();
    }

    /** On an appending thread, which must not be kept: the answer is written on another. */
    private void wake() {
        if (waiting) {
            executor.execute(this::look);
        }
    }

    private synchronized void look() {
        if (!answered && read()) {
            answer();
        }
    }

    private synchronized void finish() {
        if (!answered) {
            read();
            answer();
        }
    }

    /** Takes what there is; false while it is not worth an answer: to have missed nothing is no news. */
    private boolean read() {
        for (Optional<Reading> next = reader.next(); next.isPresent(); next = reader.next()) {
            switch (next.get()) {
                case Entry entry -> add(entry);
                case Resumption found -> {
                    verdict = Optional.of(found);
                    meter.resumed(Notice.word(found));
                }
            }
        }
        return updates.length() > "[]".length() || verdict.isPresent() && verdict.get() != Resumption.COMPLETE;
    }

    private void add(Entry entry) {
        updates.add(Message.of(reader.cursor(), entry));
        if (entry.appendedAt() - beganAt > 0) {
            meter.delivered(System.nanoTime() - entry.appendedAt());
        } else {
            meter.replayed(1);
        }
    }

    private void answer() {
        answered = true;
        waiting = false;
        String resume = verdict.map(found -> ",\"resume\":" + Notice.json(found)).orElse("");
        String json = "{\"updates\":" + updates + ",\"next\":\"" + reader.cursor() + "\"" + resume
                + ",\"transport\":" + transport + "}";
        response.resume(Response.ok(json.getBytes(StandardCharsets.UTF_8), MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-store").build());
    }

    private void leave() {
        reader.close();
        visit.close();
        meter.closed("answered", System.nanoTime() - beganAt);
    }
}

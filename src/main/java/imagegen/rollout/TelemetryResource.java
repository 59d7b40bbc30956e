package imagegen.rollout;

import imagegen.access.CurrentCaller;
import imagegen.problem.JsonBody;
import imagegen.problem.Problem;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.telemetry.Telemetry;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Takes what browsers measure, so that transports are compared where it counts:
 * {@code {"transports":[{"transport":"sse","opens":1,"reconnects":0,"messages":42,"errors":0,"first_event_ms":120,
 * "latency_ms":{"p50":12,"p95":40,"p99":80}}]}}, all but {@code transport} optional, counted since the last report.
 *
 * <p>It is the browsers' word: bounded for each user and minute, for people to look at, and nothing here decides by it.
 */
@Path("image-gen/telemetry")
@ApplicationScoped
@PermitAll
public class TelemetryResource {

    private static final int MAX_BYTES = 4096;

    private final ReportQuota quota = new ReportQuota(System::nanoTime);

    @Inject
    private Telemetry telemetry;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public void report(InputStream body, @Context HttpServletRequest request) throws IOException {
        var caller = CurrentCaller.admitted(request);
        var reports = ClientReport.parse(JsonBody.read(body, MAX_BYTES));
        if (!quota.takes(caller.user(), reports)) {
            throw new ProblemException(Problem.of(ProblemType.TOO_MANY_REQUESTS).retryAfter(Duration.ofMinutes(1)));
        }
        for (var report : reports) {
            report.addTo(telemetry.client(report.transport().wireName()));
        }
    }
}

package imagegen.rollout;

import imagegen.problem.JsonBody;
import imagegen.telemetry.Telemetry;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;

/**
 * Takes what browsers measure, so that transports are compared where it counts:
 * {@code {"transports":[{"transport":"sse","opens":1,"reconnects":0,"messages":42,"errors":0,"first_event_ms":120,
 * "latency_ms":{"p50":12,"p95":40,"p99":80}}]}}, all but {@code transport} optional, counted since the last report.
 */
@Path("image-gen/telemetry")
@ApplicationScoped
@RolesAllowed("user")
public class TelemetryResource {

    private static final int MAX_BYTES = 4096;

    @Inject
    private Telemetry telemetry;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public void report(InputStream body) throws IOException {
        for (var report : ClientReport.parse(JsonBody.read(body, MAX_BYTES))) {
            report.addTo(telemetry.client(report.transport().wireName()));
        }
    }
}

package imagegen.telemetry;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** All figures for a scraper: OpenMetrics if it asks for that, else Prometheus' own text format. Names no user. */
@Path("metrics")
@RequestScoped
public class MetricsResource {

    static final String OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    @Inject
    private Telemetry telemetry;

    @GET
    public Response metrics(@HeaderParam(HttpHeaders.ACCEPT) String accept) {
        var type = format(accept);
        return Response.ok(telemetry.scrape(type)).header(HttpHeaders.CONTENT_TYPE, type)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    static String format(String accept) {
        return accept != null && accept.contains("application/openmetrics-text") ? OPENMETRICS : PROMETHEUS;
    }
}

package imagegen.delivery.polling;

import imagegen.access.Attendance;
import imagegen.access.Attendance.Visit;
import imagegen.access.Caller;
import imagegen.access.CurrentCaller;
import imagegen.delivery.Asked;
import imagegen.delivery.Deliveries;
import imagegen.log.Logs;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.rollout.TransportPolicy;
import imagegen.telemetry.Telemetry;
import jakarta.annotation.Resource;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;

/** The caller's updates, a page at a time; with {@code wait}, as soon as there are some. */
@Path("image-gen/updates")
@RequestScoped
@RolesAllowed("user")
public class UpdatesResource {

    private static final int MAX_WAIT = 30;

    @Inject
    private Deliveries deliveries;
    @Inject
    private Logs logs;
    @Inject
    private Attendance attendance;
    @Inject
    private TransportPolicy policy;
    @Inject
    private Telemetry telemetry;
    @Inject
    private CurrentCaller currentCaller;
    @Resource
    private ManagedExecutorService executor;

    /** @param wait seconds to wait for the first update, 0 to {@value #MAX_WAIT} */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public void updates(@QueryParam("request_id") List<String> requestIds, @QueryParam("after") String after,
                        @QueryParam("wait") String wait,
                        @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId,
                        @Context HttpServletRequest request, @Suspended AsyncResponse response) {
        deliveries.checkOpen();
        Asked asked = Asked.of(requestIds, lastEventId, after);
        Duration patience = Duration.ofSeconds(seconds(wait));
        Caller caller = currentCaller.caller();
        // A poll that waits holds a connection as a stream does, and counts as one
        Visit visit = patience.isZero() ? attendance.glance(caller, asked.names())
                : attendance.admit(caller, asked.names());
        new Poll(response, visit, policy.choice(caller).json(request.getContextPath()),
                telemetry.transport("polling"), executor).begin(logs, asked, patience);
    }

    private static int seconds(String wait) {
        if (wait == null) {
            return 0;
        }
        try {
            int seconds = Integer.parseInt(wait);
            if (seconds >= 0 && seconds <= MAX_WAIT) {
                return seconds;
            }
        } catch (NumberFormatException notANumber) {
            // Said below
        }
        throw new ProblemException(ProblemType.INVALID_PARAMETER, "wait takes 0 to " + MAX_WAIT + " seconds.");
    }
}

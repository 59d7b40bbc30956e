package imagegen.delivery.polling;

import imagegen.access.CurrentCaller;
import imagegen.delivery.Asked;
import imagegen.delivery.Deliveries;
import imagegen.delivery.Poll;
import imagegen.problem.Problem;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.CompletionCallback;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
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
    private CurrentCaller currentCaller;

    /** @param wait seconds to wait for the first update, 0 to {@value #MAX_WAIT} */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public void updates(@QueryParam("request_id") List<String> requestIds, @QueryParam("after") String after,
                        @QueryParam("wait") String wait,
                        @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId,
                        @Suspended AsyncResponse response) {
        Asked asked = Asked.of(requestIds, lastEventId, after);
        Duration patience = Duration.ofSeconds(seconds(wait));
        Poll poll = deliveries.poll(currentCaller.caller(), asked, patience, new Suspension(response));
        response.register((CompletionCallback) failure -> poll.left());
    }

    private record Suspension(AsyncResponse response) implements Poll.Answer {

        @Override
        public void page(byte[] json) {
            response.resume(Response.ok(json, MediaType.APPLICATION_JSON)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store").build());
        }

        @Override
        public void problem(Problem problem) {
            response.resume(problem.response());
        }
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

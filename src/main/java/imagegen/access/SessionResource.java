package imagegen.access;

import static imagegen.problem.JsonP.JSON;

import imagegen.problem.Problem;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.problem.Refusal;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;

/** A browser's session: its token in a cookie that scripts can't read, as native EventSource needs it. */
@Path("image-gen/session")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class SessionResource {

    @Inject
    private CurrentCaller current;

    @Inject
    private Attendance attendance;

    @Inject
    private SharedSessions everywhere;

    @Inject
    private TokenVerifier verifier;

    @Inject
    private Origins origins;

    @Inject
    private TokenClock clock;

    /** Signs in, or puts a fresh token in the place of the last one: streams that are open go on with it. */
    @POST
    @RolesAllowed(TokenMechanism.GROUP)
    public Response begin(@Context HttpServletRequest request) {
        if (Credentials.bearer(request).isEmpty()) {
            throw new ProblemException(ProblemType.TOKEN_MISSING, "Send the token in the Authorization header.");
        }
        var caller = current.caller().inSession();
        if (caller.token().length() > SessionCookie.MAX_TOKEN) {
            throw new ProblemException(Problem.of(ProblemType.INVALID_PARAMETER,
                    "The token is too long for a cookie; send it in the Authorization header of each request."));
        }
        var left = Duration.between(clock.now(), caller.expiresAt()).toSeconds();
        var response = Response.ok(json(caller)).header("Cache-Control", "no-store")
                .cookie(SessionCookie.holding(caller.token(), path(request), origins.secure(request), left)).build();
        var others = SessionCookie.all(request).stream().filter(token -> !token.equals(caller.token())).toList();
        attendance.begin(caller);
        everywhere.begun(caller);
        others.forEach(token -> replace(token, caller));
        return response;
    }

    private void replace(String token, Caller caller) {
        holder(token).ifPresent(previous -> {
            if (previous.user().equals(caller.user())) {
                attendance.renew(previous, caller);
                everywhere.renewed(previous, caller);
            } else {
                signOut(token, previous);
            }
        });
    }

    /**
     * Who is signed in. Nobody, where no token came: that is an answer and no error, which a browser would put on the
     * console of everybody who has not signed in yet. A token that is no good is refused, here as everywhere.
     */
    @GET
    public Response session(@Context HttpServletRequest request) {
        var caller = current.maybe();
        if (caller.isEmpty()) {
            Refusal.noted(request).filter(why -> !why.is(ProblemType.TOKEN_MISSING)).ifPresent(why -> {
                throw new ProblemException(why);
            });
        }
        return caller.map(it -> Response.ok(json(it))).orElseGet(Response::noContent)
                .header("Cache-Control", "no-store").build();
    }

    /** Signs out, with whatever cookie there is: one that has expired must go as well. */
    @DELETE
    public Response end(@Context HttpServletRequest request) {
        if (!origins.allowsChange(request)) {
            throw new ProblemException(ProblemType.ORIGIN_REFUSED);
        }
        var response = Response.noContent()
                .cookie(SessionCookie.cleared(request, path(request), origins.secure(request))).build();
        var tokens = SessionCookie.all(request);
        // Last: it may answer a poll that waits on this very thread, after which RESTEasy knows of no request here.
        tokens.forEach(token -> holder(token).ifPresent(caller -> signOut(token, caller)));
        return response;
    }

    private void signOut(String token, Caller holder) {
        if (verifier.verify(token) instanceof TokenVerifier.Verdict.Good) {
            attendance.signOut(holder);
            everywhere.signedOut(holder);
        } else {
            attendance.end(holder);
            everywhere.ended(holder);
        }
        verifier.forget(token);
    }

    /** Whose session a cookie says it is. Need not be verified: only who knows the whole token can name its session. */
    private static Optional<Caller> holder(String token) {
        return Claims.of(token).map(claims -> new Caller(claims.subject(), token, claims.expiresAt(),
                Optional.of(Caller.sessionOf(token))));
    }

    private static String path(HttpServletRequest request) {
        return request.getContextPath().isEmpty() ? "/" : request.getContextPath();
    }

    private static JsonObject json(Caller caller) {
        return JSON.createObjectBuilder().add("user", caller.user())
                .add("expires_at", caller.expiresAt().toString()).build();
    }
}

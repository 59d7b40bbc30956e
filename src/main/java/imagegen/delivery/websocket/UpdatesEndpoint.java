package imagegen.delivery.websocket;

import imagegen.access.Caller;
import imagegen.delivery.Asked;
import imagegen.delivery.Deliveries;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.rollout.Transport;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCode;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * The caller's updates over WebSocket: the transport from before the migration, kept for rollback. Token, group, origin
 * and the flag are checked before the handshake, so that the answer can be a problem document.
 */
@ServerEndpoint("/ws/image-gen")
@Dependent
public class UpdatesEndpoint {

    /** Clients have nothing to say; what they say is read and let go, up to this many characters. */
    private static final int MAX_INCOMING = 4096;

    @Inject
    private Deliveries deliveries;
    @Resource
    private ManagedExecutorService executor;
    private Optional<WebSocketOutlet> outlet = Optional.empty();

    @OnOpen
    public void open(Session session) throws IOException {
        session.setMaxIdleTimeout(0);
        Optional<Caller> caller = caller(session);
        if (caller.isEmpty()) {
            session.close(new CloseReason(CloseCodes.VIOLATED_POLICY, ProblemType.TOKEN_MISSING.slug()));
            return;
        }
        Map<String, List<String>> parameters = session.getRequestParameterMap();
        try {
            Asked asked = Asked.of(parameters.getOrDefault("request_id", List.of()), null,
                    parameters.getOrDefault("after", List.of("")).getFirst());
            Deliveries.Admitted admitted = deliveries.admit(Transport.WEBSOCKET, caller.get(), asked);
            WebSocketOutlet opened = new WebSocketOutlet(session, executor, admitted.subscription());
            outlet = Optional.of(opened);
            admitted.begin(opened);
        } catch (ProblemException refused) {
            session.close(new CloseReason(code(refused), refused.problem().name()));
        }
    }

    /** Browsers can only come by cookie, and others do no harm in being renewed like them. */
    private static Optional<Caller> caller(Session session) {
        return session.getUserPrincipal() instanceof JsonWebToken token
                ? Caller.of(token, Optional.ofNullable(token.getRawToken())) : Optional.empty();
    }

    private static CloseCode code(ProblemException refused) {
        return refused.problem().is(ProblemType.TOO_MANY_STREAMS) ? CloseCodes.getCloseCode(4029)
                : refused.problem().is(ProblemType.TRANSPORT_SWITCHED_OFF) ? CloseCodes.getCloseCode(4009)
                : refused.problem().is(ProblemType.DRAINING) ? CloseCodes.GOING_AWAY
                : CloseCodes.VIOLATED_POLICY;
    }

    @OnMessage(maxMessageSize = MAX_INCOMING)
    public void message(String ignored) {
        // The legacy clients' pings and subscriptions: every update of the user comes anyway
    }

    @OnClose
    public void close() {
        outlet.ifPresent(WebSocketOutlet::ended);
    }

    @OnError
    public void error(Throwable broken) {
        outlet.ifPresent(WebSocketOutlet::ended);
    }
}

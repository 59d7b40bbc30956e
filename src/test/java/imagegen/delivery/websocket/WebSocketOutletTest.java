package imagegen.delivery.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.access.TokenClock;
import imagegen.delivery.Asked;
import imagegen.delivery.CloseReason;
import imagegen.delivery.Deliveries;
import imagegen.delivery.DeliveryConfig;
import imagegen.log.MemoryLogs;
import imagegen.log.Retention;
import imagegen.rollout.Transport;
import imagegen.rollout.TransportPolicy;
import imagegen.telemetry.Telemetry;
import imagegen.time.TurnedTime;
import jakarta.websocket.Session;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebSocketOutletTest {

    private final TurnedTime time = new TurnedTime();
    private final Attendance attendance = new Attendance(16, 100);
    private final Deliveries deliveries = new Deliveries(DeliveryConfig.DEFAULT,
            new MemoryLogs(Retention.DEFAULT, time::nanos), attendance,
            new TransportPolicy(key -> key.equals("image-gen.transport") ? Optional.of("websocket") : Optional.empty(),
                    time::nanos),
            new TokenClock(time, time::nanos), new Deliveries.Means(time, new Random(4), Runnable::run),
            new Telemetry(), "");
    private final List<String> closed = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final Session session = (Session) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                if (!method.getName().equals("close")) {
                    throw new UnsupportedOperationException(method.getName());
                }
                closed.add(arguments[0].toString());
                return null;
            });

    /** It may wait for the client, and it is the tick that ends streams: everybody's. */
    @ParameterizedTest
    @EnumSource(CloseReason.class)
    void whoeverEndsASocketLeavesItsClosingToAnother(CloseReason reason) {
        WebSocketOutlet outlet = open();
        outlet.close(reason);
        assertEquals(List.of(), closed);
        assertEquals(0, attendance.streams(), "it counts no more");
        later.forEach(Runnable::run);
        assertEquals(1, closed.size());
    }

    @Test
    void aSocketThatHasEndedIsNotReady() {
        WebSocketOutlet outlet = open();
        outlet.ended();
        assertFalse(outlet.ready());
        assertEquals(0, attendance.streams());
    }

    private WebSocketOutlet open() {
        Deliveries.Admitted admitted = deliveries.admit(Transport.WEBSOCKET,
                new Caller("alice", "token", time.instant().plusSeconds(3600), Optional.empty()),
                new Asked(Set.of(), Optional.empty()));
        return new WebSocketOutlet(session, later::add, admitted.subscription());
    }
}

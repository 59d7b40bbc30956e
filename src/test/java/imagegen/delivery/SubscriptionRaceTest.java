package imagegen.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.access.TokenClock;
import imagegen.log.Entry;
import imagegen.log.MemoryLogs;
import imagegen.log.Retention;
import imagegen.rollout.Transport;
import imagegen.rollout.TransportPolicy;
import imagegen.telemetry.Telemetry;
import imagegen.time.Time;
import imagegen.update.Cursor;
import imagegen.update.RequestId;
import imagegen.update.Success;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Two threads that meet at the same subscription again and again: one appends, the other is the server that becomes
 * ready after each message. Whoever of them finds the other at work leaves it a note; none may be lost.
 */
class SubscriptionRaceTest {

    private static final int ROUNDS = 4000;
    private static final int UPDATES = 4;

    private final MemoryLogs logs = new MemoryLogs(Retention.DEFAULT, System::nanoTime);
    private final Deliveries deliveries = new Deliveries(DeliveryConfig.DEFAULT, logs, new Attendance(16, 16),
            new TransportPolicy(key -> Optional.empty(), System::nanoTime), new TokenClock(),
            new Deliveries.Means(Time.system(), new Random(1), Runnable::run), new Telemetry(), "");

    /** Takes one message at a time, as a WebSocket does. */
    private static final class OneAtATime implements Outlet {

        private final Subscription subscription;
        private volatile boolean sending;
        private volatile int updates;
        private volatile boolean over;

        private OneAtATime(Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public boolean ready() {
            return !sending;
        }

        @Override
        public void send(Cursor cursor, Entry entry) {
            sending = true;
            updates = updates + 1;
        }

        @Override
        public void send(Notice notice) {
            sending = true;
        }

        @Override
        public void flush() {
            // Nothing is held back
        }

        @Override
        public void close(CloseReason reason) {
            over = true;
            subscription.ended(reason);
        }

        @Override
        public long stalledFor(long nanoTime) {
            return 0;
        }

        /** The server: whenever a message has gone, there is room for the next. */
        void serve(long deadline) {
            while (updates < UPDATES && !over && System.nanoTime() - deadline < 0) {
                if (sending) {
                    sending = false;
                    subscription.signal();
                } else {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void noWakeUpIsLostBetweenAnAppendAndAnOutletThatBecomesReady() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        String[] users = new String[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            users[round] = "user-" + round;
        }
        Thread appender = Thread.ofPlatform().start(() -> {
            for (String user : users) {
                meet(together);
                for (int i = 0; i < UPDATES; i++) {
                    logs.append(user, Success.of(new RequestId("r-" + i), List.of()));
                }
                meet(together);
            }
        });
        for (String user : users) {
            Caller caller = new Caller(user, "token", Instant.now().plusSeconds(3600), Optional.empty());
            Deliveries.Admitted admitted = deliveries.admit(Transport.SSE, caller,
                    new Asked(Set.of(), Optional.empty()));
            OneAtATime socket = new OneAtATime(admitted.subscription());
            admitted.begin(socket);
            meet(together);
            socket.serve(System.nanoTime() + TimeUnit.SECONDS.toNanos(20));
            assertEquals(UPDATES, socket.updates, user);
            meet(together);
            socket.close(CloseReason.CLIENT_LEFT);
        }
        appender.join();
        assertEquals(0, deliveries.open());
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

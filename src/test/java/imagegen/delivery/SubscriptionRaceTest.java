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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Two threads that meet at the same subscription again and again: one appends, the other is the server that becomes
 * ready after each message. Whoever of them finds the other at work leaves it a note; none may be lost.
 */
class SubscriptionRaceTest {

    private static final int ROUNDS = 4000;
    private static final int MOST = 4;

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
        /** Happens after the last look into the log, before whoever looked lets the next do it. */
        private Runnable betweenLookAndLeave = OneAtATime::linger;

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
            Runnable once = betweenLookAndLeave;
            betweenLookAndLeave = OneAtATime::linger;
            once.run();
        }

        /** For up to some microseconds: as long as the other thread needs to come between. */
        private static void linger() {
            for (int i = ThreadLocalRandom.current().nextInt(400); i > 0; i--) {
                Thread.onSpinWait();
            }
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

        /** The server: what was being sent has gone. */
        void sent() {
            sending = false;
            subscription.signal();
        }

        /** The server: whenever a message has gone, there is room for the next. */
        void serve(int wanted, long deadline) {
            while (updates < wanted && !over && System.nanoTime() - deadline < 0) {
                if (sending) {
                    sent();
                } else {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void whatIsAppendedAfterTheLastLookIsSentByWhoeverLooked() {
        OneAtATime socket = opened("alice");
        socket.betweenLookAndLeave = () -> elsewhere(() -> append("alice", 0));
        socket.sent();
        assertEquals(1, socket.updates);
        socket.close(CloseReason.CLIENT_LEFT);
    }

    @Test
    void anOutletThatBecomesReadyAfterTheLastLookIsServedByWhoeverLooked() {
        OneAtATime socket = opened("alice");
        append("alice", 0);
        append("alice", 1);
        socket.betweenLookAndLeave = () -> elsewhere(socket::sent);
        socket.sent();
        assertEquals(2, socket.updates);
        socket.close(CloseReason.CLIENT_LEFT);
    }

    @Test
    void noWakeUpIsLostBetweenAnAppendAndAnOutletThatBecomesReady() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        String[] users = new String[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            users[round] = "user-" + round;
        }
        Thread appender = Thread.ofPlatform().start(() -> {
            for (int round = 0; round < ROUNDS; round++) {
                meet(together);
                for (int i = 0; i < updatesOf(round); i++) {
                    append(users[round], i);
                }
                meet(together);
            }
        });
        for (int round = 0; round < ROUNDS; round++) {
            OneAtATime socket = opened(users[round]);
            meet(together);
            socket.serve(updatesOf(round), System.nanoTime() + TimeUnit.SECONDS.toNanos(20));
            assertEquals(updatesOf(round), socket.updates, users[round]);
            meet(together);
            socket.close(CloseReason.CLIENT_LEFT);
        }
        appender.join();
        assertEquals(0, deliveries.open());
    }

    private OneAtATime opened(String user) {
        Caller caller = new Caller(user, "token", Instant.now().plusSeconds(3600), Optional.empty());
        Deliveries.Admitted admitted = deliveries.admit(Transport.SSE, caller,
                new Asked(Set.of(), Optional.empty()));
        OneAtATime socket = new OneAtATime(admitted.subscription());
        admitted.begin(socket);
        return socket;
    }

    private void append(String user, int number) {
        logs.append(user, Success.of(new RequestId("r-" + number), List.of()));
    }

    /** On another thread, and done when this returns. */
    private static void elsewhere(Runnable task) {
        try {
            Thread.ofPlatform().start(task).join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int updatesOf(int round) {
        return 1 + round % MOST;
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

package imagegen.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.Attendance;
import imagegen.access.Caller;
import imagegen.access.TokenClock;
import imagegen.log.MemoryLogs;
import imagegen.log.Retention;
import imagegen.problem.Problem;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import imagegen.rollout.TransportPolicy;
import imagegen.telemetry.Telemetry;
import imagegen.time.TurnedTime;
import imagegen.update.RequestId;
import imagegen.update.Success;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PollTest {

    private final TurnedTime time = new TurnedTime();
    private final Instant noon = time.instant();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final MemoryLogs logs = new MemoryLogs(Retention.DEFAULT, time::nanos);
    private final Attendance attendance = new Attendance(2, 5);
    private final Deliveries deliveries = new Deliveries(DeliveryConfig.DEFAULT, logs, attendance,
            new TransportPolicy(key -> Optional.empty(), time::nanos),
            new TokenClock(time, time::nanos),
            new Deliveries.Means(time, new Random(1), tasks::add), new Telemetry(), "");

    @Test
    void answersAtOnceWithWhatThereIs() {
        append("alice", "a");
        Answered poll = poll(alice(), Duration.ofSeconds(30));
        assertEquals(List.of("a"), poll.requests());
        assertGone();
    }

    @Test
    void waitsForTheFirstUpdateAndAnswersOnAnotherThread() {
        Answered poll = poll(alice(), Duration.ofSeconds(30));
        append("alice", "a");
        assertEquals(Optional.empty(), poll.page);
        runTasks();
        assertEquals(List.of("a"), poll.requests());
        assertGone();
    }

    @Test
    void answersWithNothingWhenItsPatienceIsOver() {
        Answered poll = poll(alice(), Duration.ofSeconds(10));
        pass(Duration.ofSeconds(9));
        assertEquals(Optional.empty(), poll.page);
        pass(Duration.ofSeconds(1));
        assertEquals(List.of(), poll.requests());
        assertGone();
    }

    @Test
    void doesNotOutliveItsToken() {
        Answered poll = poll(new Caller("alice", "token", noon.plusSeconds(5), Optional.empty()),
                Duration.ofSeconds(30));
        pass(Duration.ofSeconds(5));
        append("alice", "a");
        runTasks();
        assertTrue(poll.problem.orElseThrow().is(ProblemType.TOKEN_EXPIRED));
        assertEquals(Optional.empty(), poll.page);
        assertGone();
    }

    @Test
    void doesNotOutliveTheSignOut() {
        Answered poll = poll(alice(), Duration.ofSeconds(30));
        attendance.end(alice());
        append("alice", "a");
        runTasks();
        assertTrue(poll.problem.orElseThrow().is(ProblemType.TOKEN_EXPIRED));
        assertEquals(Optional.empty(), poll.page);
        assertGone();
    }

    @Test
    void goesOnWaitingWithARenewedToken() {
        Caller old = new Caller("alice", "old", noon.plusSeconds(5), Optional.of("session-1"));
        Answered poll = poll(old, Duration.ofSeconds(30));
        attendance.renew(old, new Caller("alice", "new", noon.plusSeconds(500), Optional.of("session-2")));
        pass(Duration.ofSeconds(10));
        append("alice", "a");
        runTasks();
        assertEquals(List.of("a"), poll.requests());
    }

    @Test
    void isSentAwayInItsTurnWhenTheServerGoes() {
        List<Answered> polls = List.of(poll(alice(), Duration.ofSeconds(30)), poll(bob(), Duration.ofSeconds(30)));
        Drain drain = deliveries.drained();
        drain.step(time.nanos());
        runTasks();
        assertEquals(1, polls.stream().filter(it -> it.problem.isPresent()).count());
        drain.step(time.nanos() + Duration.ofSeconds(20).toNanos());
        runTasks();
        for (Answered poll : polls) {
            assertTrue(poll.problem.orElseThrow().is(ProblemType.DRAINING));
            assertTrue(poll.problem.get().headers().get("Retry-After").matches("[3-6]"));
        }
        assertGone();
        assertThrows(ProblemException.class, () -> poll(alice(), Duration.ZERO));
    }

    @Test
    void leavesNothingBehindWhenTheCallerHasGone() {
        Answered poll = poll(alice(), Duration.ofSeconds(30));
        poll.poll.left();
        append("alice", "a");
        runTasks();
        assertEquals(Optional.empty(), poll.page);
        assertGone();
    }

    @Test
    void aUserWhoPollsAndPollsIsSentAwayForAWhileAndNobodyElse() {
        int each = DeliveryConfig.DEFAULT.pollsPerMinute();
        for (int i = 0; i < each; i++) {
            Duration patience = i % 2 == 0 ? Duration.ZERO : Duration.ofSeconds(30);
            poll(alice(), patience).poll.left();
        }
        for (Duration patience : List.of(Duration.ZERO, Duration.ofSeconds(30))) {
            Problem refusal = assertThrows(ProblemException.class, () -> poll(alice(), patience)).problem();
            assertTrue(refusal.is(ProblemType.TOO_MANY_REQUESTS));
            assertEquals("1", refusal.headers().get("Retry-After"));
        }
        assertGone();
        poll(bob(), Duration.ZERO);
        pass(Duration.ofSeconds(1));
        assertEquals(List.of(), poll(alice(), Duration.ZERO).requests());
        assertGone();
    }

    /** What a poll was answered with. */
    private static final class Answered implements Poll.Answer {
        private Poll poll;
        private Optional<String> page = Optional.empty();
        private Optional<Problem> problem = Optional.empty();

        @Override
        public void page(byte[] json) {
            assertEquals(Optional.empty(), page, "answered twice");
            page = Optional.of(new String(json, UTF_8));
        }

        @Override
        public void problem(Problem why) {
            assertEquals(Optional.empty(), problem, "answered twice");
            problem = Optional.of(why);
        }

        List<String> requests() {
            List<String> ids = new ArrayList<>();
            Matcher id = Pattern.compile("\"request_id\":\"([^\"]*)\"")
                    .matcher(page.orElseThrow());
            while (id.find()) {
                ids.add(id.group(1));
            }
            return ids;
        }
    }

    private Answered poll(Caller caller, Duration patience) {
        Answered answered = new Answered();
        answered.poll = deliveries.poll(caller, new Asked(Set.of(), Optional.empty()), patience, answered);
        return answered;
    }

    private Caller alice() {
        return new Caller("alice", "token", noon.plusSeconds(3600), Optional.of("session-a"));
    }

    private Caller bob() {
        return new Caller("bob", "token", noon.plusSeconds(3600), Optional.of("session-b"));
    }

    private void append(String user, String id) {
        logs.append(user, Success.of(new RequestId(id), List.of()));
    }

    private void pass(Duration duration) {
        for (Duration left = duration; left.isPositive(); left = left.minus(Deliveries.TICK)) {
            time.pass(Deliveries.TICK);
            deliveries.tick();
            runTasks();
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void assertGone() {
        assertEquals(0, attendance.streams());
        assertEquals(0, attendance.users());
        assertEquals(0, deliveries.open());
    }
}

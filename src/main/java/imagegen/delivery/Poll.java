package imagegen.delivery;

import imagegen.access.Attendance.Visit;
import imagegen.access.TokenClock;
import imagegen.access.TokenClock.Deadline;
import imagegen.log.Entry;
import imagegen.log.Logs;
import imagegen.log.Reader;
import imagegen.log.Reading;
import imagegen.log.Resumption;
import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import imagegen.telemetry.TransportMeter;
import imagegen.time.Time;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One poll: answered with what there is, or with the first update that comes within the caller's patience; with a
 * problem when its token ends first, its user signs out or the server goes.
 *
 * <p>Whoever finds something to answer, an append or the tick, must not be kept: the answer is written on the executor.
 */
public final class Poll {

    /** Where the answer goes: one of these is called, once. May block. */
    public interface Answer {

        /** @param json the page, UTF-8 */
        void page(byte[] json);

        void problem(Problem problem);
    }

    private final Visit visit;
    private final JsonObject transport;
    private final Answer answer;
    private final TransportMeter meter;
    private final Time time;
    private final Executor executor;
    private final Runnable onEnded;
    private final long beganAt;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean lookDue = new AtomicBoolean();
    private volatile Deadline deadline;
    private volatile Reader reader;
    /** Whether a wake-up matters yet. */
    private volatile boolean waiting;

    // Guarded by this
    private final StringJoiner updates = new StringJoiner(",", "[", "]");
    private Optional<Resumption> verdict = Optional.empty();
    private boolean answered;

    // Set by begin, before the tick sees it
    private long patientUntil;
    /** Answers as soon as the log is at hand. */
    private volatile boolean impatient;

    Poll(Visit visit, JsonObject transport, Answer answer, TransportMeter meter, Time time,
         Executor executor, Runnable onEnded) {
        this.visit = visit;
        this.transport = transport;
        this.answer = answer;
        this.meter = meter;
        this.time = time;
        this.executor = executor;
        this.onEnded = onEnded;
        this.beganAt = time.nanos();
    }

    /**
     * To be called once, on a thread that may write the answer. Does not wait where the token ends before anybody would
     * look again.
     */
    void begin(Logs logs, Asked asked, Duration patience, TokenClock tokens, Duration tick) {
        meter.opened();
        patientUntil = beganAt + patience.toNanos();
        deadline = tokens.deadline(visit.caller());
        reader = logs.open(visit.caller().user(), asked.after(), asked.only(), this::wake);
        impatient = patience.isZero();
        if (impatient && reader.placed() || deadline.nanosLeft() <= tick.toNanos()) {
            look(true);
            return;
        }
        waiting = true;
        // After that, so that an update which nobody was woken for is found here
        look(false);
        visit.onRenewed(fresh -> {
            deadline = tokens.deadline(fresh);
            if (deadline.passed()) {
                lookSoon(false);
            }
        });
    }

    private void wake() {
        if (waiting) {
            lookSoon(false);
        }
    }

    private void lookSoon(boolean anyway) {
        if (anyway || lookDue.compareAndSet(false, true)) {
            try {
                executor.execute(() -> {
                    lookDue.set(false);
                    look(anyway);
                });
            } catch (RejectedExecutionException busy) {
                // The tick looks again
                lookDue.set(false);
            }
        }
    }

    /** Lets time pass. */
    void tick(long now, Duration tick) {
        if (deadline.nanosLeft() <= tick.toNanos()) {
            refuseSoon(Problem.of(ProblemType.TOKEN_EXPIRED));
        } else if (now - patientUntil >= -tick.toNanos() / 2 && reader.placed()) {
            lookSoon(true);
        }
    }

    /** Answers with a problem instead of an update. */
    void refuseSoon(Problem problem) {
        try {
            executor.execute(() -> refuse(problem));
        } catch (RejectedExecutionException busy) {
            // The tick tries again; a server that goes ends every request by itself
            lookDue.set(false);
        }
    }

    private void look(boolean anyway) {
        if (deadline.passed()) {
            refuse(Problem.of(ProblemType.TOKEN_EXPIRED));
            return;
        }
        byte[] page;
        synchronized (this) {
            if (answered || !read() && !anyway && !(impatient && reader.placed())) {
                return;
            }
            answered = true;
            page = page();
        }
        end("answered");
        answer.page(page);
    }

    private void refuse(Problem problem) {
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
        }
        end(problem.name());
        answer.problem(problem);
    }

    /** Takes what there is; false while it is not worth an answer: to have missed nothing is no news. */
    private boolean read() {
        for (Optional<Reading> next = reader.next(); next.isPresent(); next = reader.next()) {
            switch (next.get()) {
                case Entry entry -> add(entry);
                case Resumption found -> {
                    verdict = Optional.of(found);
                    meter.resumed(Notice.word(found));
                }
            }
        }
        return updates.length() > "[]".length() || verdict.isPresent() && verdict.get() != Resumption.COMPLETE;
    }

    private void add(Entry entry) {
        updates.add(Message.of(reader.cursor(), entry));
        if (entry.appendedAt() - beganAt > 0) {
            meter.delivered(time.nanos() - entry.appendedAt());
        } else {
            meter.replayed(1);
        }
    }

    private byte[] page() {
        String resume = verdict.map(found -> ",\"resume\":" + Notice.json(found)).orElse("");
        return ("{\"updates\":" + updates + ",\"next\":\"" + reader.cursor() + "\"" + resume
                + ",\"transport\":" + transport + "}").getBytes(StandardCharsets.UTF_8);
    }

    /** The caller has gone, or got an answer from somebody else. Again is fine. */
    public void left() {
        synchronized (this) {
            answered = true;
        }
        end("client-left");
    }

    private void end(String reason) {
        if (ended.compareAndSet(false, true)) {
            waiting = false;
            Reader open = reader;
            if (open != null) {
                open.close();
            }
            visit.close();
            meter.closed(reason, time.nanos() - beganAt);
            onEnded.run();
        }
    }

    boolean over() {
        return ended.get();
    }
}

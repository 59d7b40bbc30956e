package imagegen.intake;

import imagegen.time.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Calls to the backend, so many at a time, and users by turns: however much one of them wants, another's call waits for
 * a turn and not for all of it. Any thread; nothing blocks.
 */
final class FairCalls {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Time time;
    private final int atOnce;
    private final int atOncePerUser;
    private final int waitingPerUser;

    // guarded by this
    private final Map<String, Share> shares = new HashMap<>();
    /** Those who have calls that wait and may be started, in the order of their turns. */
    private final Deque<Share> turns = new ArrayDeque<>();
    private int underWay;

    // whoever raises it from zero starts what can be started, so that calls which end at once need no stack
    private final AtomicInteger starting = new AtomicInteger();

    /**
     * @param atOnce         calls under way, of all users
     * @param atOncePerUser  calls under way of one user, at least 1
     * @param waitingPerUser calls of one user that wait; the next is refused
     */
    FairCalls(Time time, int atOnce, int atOncePerUser, int waitingPerUser) {
        this.time = time;
        this.atOnce = atOnce;
        this.atOncePerUser = atOncePerUser;
        this.waitingPerUser = waitingPerUser;
    }

    /** Calls when it is this user's turn; ends with {@link TooManyCalls} where too many of theirs wait already. */
    <T> CompletionStage<T> call(String user, Supplier<CompletionStage<T>> call) {
        var outcome = new CompletableFuture<T>();
        synchronized (this) {
            var share = shares.computeIfAbsent(user, name -> new Share(name));
            if (share.waiting.size() >= waitingPerUser) {
                outcome.completeExceptionally(new TooManyCalls());
                return outcome;
            }
            share.waiting.add(new Waiting(() -> run(share, call, outcome), outcome, time.nanos()));
            lineUp(share);
        }
        start();
        return outcome;
    }

    /** Ends with {@link TooManyCalls} what has waited too long to be worth a call. Called every so often. */
    void tick() {
        var late = new ArrayList<Waiting>();
        synchronized (this) {
            for (var share : List.copyOf(shares.values())) {
                while (!share.waiting.isEmpty() && time.passed(PATIENCE, share.waiting.peek().since())) {
                    late.add(share.waiting.poll());
                }
                forget(share);
            }
        }
        late.forEach(it -> it.outcome().completeExceptionally(new TooManyCalls()));
    }

    /** Users with calls under way or waiting. */
    synchronized int users() {
        return shares.size();
    }

    private void start() {
        if (starting.getAndIncrement() > 0) {
            return;
        }
        do {
            for (var next = next(); next != null; next = next()) {
                next.run();
            }
        } while (starting.decrementAndGet() > 0);
    }

    private <T> void run(Share share, Supplier<CompletionStage<T>> call, CompletableFuture<T> outcome) {
        CompletionStage<T> answer;
        try {
            answer = call.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedStage(e);
        }
        answer.whenComplete((result, failure) -> {
            // The place is given on before the outcome is told: whoever hears of it may want to call again.
            ended(share);
            if (failure == null) {
                outcome.complete(result);
            } else {
                outcome.completeExceptionally(failure);
            }
            start();
        });
    }

    private synchronized Runnable next() {
        while (underWay < atOnce && !turns.isEmpty()) {
            var share = turns.poll();
            share.linedUp = false;
            var next = share.waiting.poll();
            if (next != null) {
                share.underWay++;
                underWay++;
                lineUp(share);
                return next.call();
            }
        }
        return null;
    }

    private synchronized void ended(Share share) {
        share.underWay--;
        underWay--;
        lineUp(share);
        forget(share);
    }

    private void forget(Share share) {
        if (share.underWay == 0 && share.waiting.isEmpty()) {
            shares.remove(share.user, share);
        }
    }

    private void lineUp(Share share) {
        if (!share.linedUp && !share.waiting.isEmpty() && share.underWay < atOncePerUser) {
            share.linedUp = true;
            turns.add(share);
        }
    }

    private record Waiting(Runnable call, CompletableFuture<?> outcome, long since) {
    }

    private static final class Share {
        private final String user;
        private final Deque<Waiting> waiting = new ArrayDeque<>(4);
        private int underWay;
        private boolean linedUp;

        private Share(String user) {
            this.user = user;
        }
    }
}

package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @Test
    void runsTasksThatATaskPostsAfterIt() {
        var ran = new ArrayList<Integer>();
        var mailbox = new Mailbox(Runnable::run, failures::add);
        mailbox.post(() -> {
            mailbox.post(() -> ran.add(2));
            ran.add(1);
        });
        assertEquals(List.of(1, 2), ran);
    }

    @Test
    void runsEachPostersTasksInOrderAndNeverTwoAtATime() throws InterruptedException {
        int posters = 4;
        int each = 2000;
        var inside = new AtomicInteger();
        var last = new int[posters];
        var wrong = new AtomicInteger();
        var done = new CountDownLatch(posters * each);
        try (var threads = Executors.newFixedThreadPool(3); var others = Executors.newFixedThreadPool(posters)) {
            var mailbox = new Mailbox(threads, failures::add);
            for (int p = 0; p < posters; p++) {
                int poster = p;
                others.execute(() -> {
                    for (int i = 1; i <= each; i++) {
                        int number = i;
                        mailbox.post(() -> {
                            if (inside.incrementAndGet() != 1 || last[poster]++ != number - 1) {
                                wrong.incrementAndGet();
                            }
                            inside.decrementAndGet();
                            done.countDown();
                        });
                    }
                });
            }
            assertTrue(done.await(10, TimeUnit.SECONDS));
        }
        assertEquals(0, wrong.get());
    }

    @Test
    void goesOnAfterATaskThatThrew() {
        var ran = new ArrayList<Integer>();
        var mailbox = new Mailbox(Runnable::run, failures::add);
        mailbox.post(() -> {
            throw new IllegalStateException("on purpose");
        });
        mailbox.post(() -> ran.add(1));
        assertEquals(List.of(1), ran);
        assertEquals("on purpose", failures.get(0).getMessage());
    }

    @Test
    void goesOnEvenIfNobodyCanBeToldOfAFailure() {
        var ran = new ArrayList<Integer>();
        var mailbox = new Mailbox(Runnable::run, failure -> {
            throw new OutOfMemoryError("on purpose");
        });
        mailbox.post(() -> {
            throw new AssertionError("on purpose");
        });
        mailbox.post(() -> ran.add(1));
        assertEquals(List.of(1), ran);
    }

    @Test
    void runsTasksItselfWhenNoThreadIsToBeHad() {
        var ran = new ArrayList<Integer>();
        var mailbox = new Mailbox(task -> {
            throw new OutOfMemoryError("unable to create native thread");
        }, failures::add);
        mailbox.post(() -> ran.add(1));
        mailbox.post(() -> ran.add(2));
        assertEquals(List.of(1, 2), ran);
    }

    @Test
    void runsTasksItselfWhenTheExecutorTakesNoMore() {
        var ran = new ArrayList<Integer>();
        var mailbox = new Mailbox(task -> {
            throw new RejectedExecutionException();
        }, failures::add);
        mailbox.post(() -> ran.add(1));
        assertEquals(List.of(1), ran);
    }

    @Test
    void knowsWhetherItIsTheOneThatRuns() {
        var inside = new ArrayList<Boolean>();
        var mailbox = new Mailbox(Runnable::run, failures::add);
        mailbox.post(() -> inside.add(mailbox.isRunningHere()));
        assertEquals(List.of(true), inside);
        assertFalse(mailbox.isRunningHere());
    }
}

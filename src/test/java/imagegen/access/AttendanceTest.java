package imagegen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttendanceTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final Attendance attendance = new Attendance(3, 5);
    private final List<String> heard = new ArrayList<>();

    // Who calls

    private static Caller byHeader(String user) {
        return new Caller(user, "token of " + user, NOON, Optional.empty());
    }

    private static Caller byCookie(String user, String token, Instant expiresAt) {
        return new Caller(user, token, expiresAt, Optional.of(Caller.sessionOf(token)));
    }

    private void listen() {
        attendance.observe(new Attendance.Observer() {
            @Override
            public void arrived(Caller caller, Set<String> requestIds) {
                heard.add("arrived " + caller.user() + " " + requestIds);
            }

            @Override
            public void renewed(Caller caller) {
                heard.add("renewed " + caller.token());
            }

            @Override
            public void left(Caller caller) {
                heard.add("left " + caller.user());
            }
        });
    }

    // Coming and going

    @Test
    void observersHearOfEachVisitOnceHoweverOftenItIsClosed() {
        listen();
        var visit = attendance.admit(byHeader("alice"), Set.of("r1"));
        visit.close();
        visit.close();
        assertEquals(List.of("arrived alice [r1]", "left alice"), heard);
        assertEquals(0, attendance.streams());
        assertEquals(0, attendance.users());
    }

    @Test
    void aGlanceIsHeardOfButNotCounted() {
        listen();
        var glance = attendance.glance(byHeader("alice"), Set.of());
        assertEquals(0, attendance.streams());
        assertEquals(1, attendance.users());
        glance.close();
        assertEquals(List.of("arrived alice []", "left alice"), heard);
    }

    @Test
    void anObserverThatFailsSpoilsNothing() {
        attendance.observe(new Attendance.Observer() {
            @Override
            public void arrived(Caller caller, Set<String> requestIds) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void renewed(Caller caller) {
            }

            @Override
            public void left(Caller caller) {
            }
        });
        listen();
        attendance.admit(byHeader("alice"), Set.of()).close();
        assertEquals(2, heard.size());
    }

    @Test
    void anObserverMayCallBack() {
        attendance.observe(new Attendance.Observer() {
            @Override
            public void arrived(Caller caller, Set<String> requestIds) {
                if (requestIds.isEmpty()) {
                    attendance.glance(caller, Set.of("again")).close();
                }
            }

            @Override
            public void renewed(Caller caller) {
            }

            @Override
            public void left(Caller caller) {
            }
        });
        attendance.admit(byHeader("alice"), Set.of()).close();
        assertEquals(0, attendance.users());
    }

    // Limits

    @Test
    void oneStreamTooManyOfAUserIsRefusedAndTheOthersStay() {
        listen();
        var visits = IntStream.range(0, 3).mapToObj(i -> attendance.admit(byHeader("alice"), Set.of())).toList();
        var problem = assertThrows(ProblemException.class, () -> attendance.admit(byHeader("alice"), Set.of()))
                .problem();

        assertTrue(problem.is(ProblemType.TOO_MANY_STREAMS));
        assertEquals("5", problem.headers().get("Retry-After"));
        assertEquals(3, attendance.streams());
        assertEquals(3, heard.size());

        visits.getFirst().close();
        attendance.admit(byHeader("alice"), Set.of());
        assertEquals(3, attendance.streams());
    }

    @Test
    void oneStreamTooManyOfAllIsRefused() {
        for (var user : List.of("a", "b", "c", "d", "e")) {
            attendance.admit(byHeader(user), Set.of());
        }
        assertThrows(ProblemException.class, () -> attendance.admit(byHeader("f"), Set.of()));
        assertEquals(5, attendance.streams());
        assertEquals(5, attendance.users());
    }

    @Test
    void aRefusedStrangerLeavesNoTrace() {
        var closed = new Attendance(0, 5);
        assertThrows(ProblemException.class, () -> closed.admit(byHeader("alice"), Set.of()));
        assertEquals(0, closed.users());
        assertEquals(0, closed.streams());
    }

    @Test
    void glancesPassWhereStreamsAreFull() {
        IntStream.range(0, 3).forEach(i -> attendance.admit(byHeader("alice"), Set.of()));
        attendance.glance(byHeader("alice"), Set.of()).close();
        assertEquals(3, attendance.streams());
    }

    // Renewal

    @Test
    void renewalReachesTheStreamsOfThatSessionAndNoOther() {
        listen();
        var old = byCookie("alice", "T1", NOON);
        var here = attendance.admit(old, Set.of());
        var elsewhere = attendance.admit(byCookie("alice", "other browser", NOON), Set.of());
        var header = attendance.admit(byHeader("alice"), Set.of());
        var told = new ArrayList<Caller>();
        here.onRenewed(told::add);
        elsewhere.onRenewed(told::add);
        header.onRenewed(told::add);

        var fresh = byCookie("alice", "T2", NOON.plusSeconds(60));
        assertEquals(1, attendance.renew(old, fresh));

        assertEquals(fresh, here.caller());
        assertEquals(List.of(fresh), told);
        assertEquals("other browser", elsewhere.caller().token());
        assertEquals("renewed T2", heard.getLast());
    }

    @Test
    void anotherUsersTokenRenewsNothing() {
        var old = byCookie("alice", "T1", NOON);
        var visit = attendance.admit(old, Set.of());
        assertEquals(0, attendance.renew(old, byCookie("bob", "T2", NOON.plusSeconds(60))));
        assertEquals(old, visit.caller());
    }

    @Test
    void aRenewalThatCameBeforeTheListenerIsToldAtOnce() {
        var old = byCookie("alice", "T1", NOON);
        var visit = attendance.admit(old, Set.of());
        var fresh = byCookie("alice", "T2", NOON.plusSeconds(60));
        attendance.renew(old, fresh);
        var told = new ArrayList<Caller>();
        visit.onRenewed(told::add);
        assertEquals(List.of(fresh), told);
    }

    @Test
    void aStreamThatStillCameWithTheOldCookieGoesOnWithTheNewOne() {
        var old = byCookie("alice", "T1", NOON);
        attendance.admit(old, Set.of());
        var fresh = byCookie("alice", "T2", NOON.plusSeconds(60));
        attendance.renew(old, fresh);
        assertEquals(fresh, attendance.admit(old, Set.of()).caller());
    }

    @Test
    void tabsThatRenewTheSameCookieAtOnceStayOneSession() {
        var first = byCookie("alice", "T1", NOON);
        var visit = attendance.admit(first, Set.of());
        attendance.renew(first, byCookie("alice", "T2", NOON.plusSeconds(60)));
        var third = byCookie("alice", "T3", NOON.plusSeconds(61));
        assertEquals(1, attendance.renew(first, third), "the second tab still sent T1");
        var fourth = byCookie("alice", "T4", NOON.plusSeconds(120));
        assertEquals(1, attendance.renew(third, fourth));
        assertEquals(fourth, visit.caller());
    }

    @Test
    void aThousandRenewalsAreAllObeyed() {
        var visit = attendance.admit(byCookie("alice", "T0", NOON), Set.of());
        for (int i = 0; i < 1000; i++) {
            assertEquals(1, attendance.renew(byCookie("alice", "T" + i, NOON.plusSeconds(i)),
                    byCookie("alice", "T" + (i + 1), NOON.plusSeconds(i + 1))));
        }
        assertEquals("T1000", visit.caller().token());
    }

    @Test
    void signingOutEndsTheStreamsOfThatSession() {
        listen();
        var here = byCookie("alice", "T1", NOON.plusSeconds(60));
        var visit = attendance.admit(here, Set.of());
        var elsewhere = attendance.admit(byCookie("alice", "other browser", NOON.plusSeconds(60)), Set.of());
        assertEquals(1, attendance.end(here));
        assertEquals(Instant.EPOCH, visit.caller().expiresAt());
        assertEquals(NOON.plusSeconds(60), elsewhere.caller().expiresAt());
        assertTrue(heard.stream().noneMatch(it -> it.startsWith("renewed")));
    }

    @Test
    void fortySignOutsOfOthersInTheUsersNamePushNothingOut() {
        var first = byCookie("alice", "T1", NOON);
        var visit = attendance.admit(first, Set.of());
        var second = byCookie("alice", "T2", NOON.plusSeconds(60));
        attendance.renew(first, second);
        for (int i = 0; i < 40; i++) {
            assertEquals(0, attendance.end(byCookie("alice", "forged " + i, NOON)));
            assertEquals(0, attendance.renew(byCookie("alice", "forged too " + i, NOON), second));
        }
        assertEquals(1, attendance.end(first), "known by the cookie's last token as well");
        assertEquals(Instant.EPOCH, visit.caller().expiresAt());
    }

    @Test
    void whoIsSignedOutByAnotherNameOfTheSessionStaysOut() {
        var first = byCookie("alice", "T1", NOON.plusSeconds(30));
        attendance.admit(first, Set.of());
        var second = byCookie("alice", "T2", NOON.plusSeconds(60));
        attendance.renew(first, second);
        attendance.signOut(second);
        for (var late : List.of(first, second)) {
            var refused = assertThrows(ProblemException.class, () -> attendance.admit(late, Set.of())).problem();
            assertTrue(refused.is(ProblemType.TOKEN_EXPIRED));
            assertThrows(ProblemException.class, () -> attendance.glance(late, Set.of()));
        }
        assertEquals(1, attendance.streams());
    }

    @Test
    void anOpeningUnderWayComesToNothingOnceItsUserHasSignedOut() {
        var caller = byCookie("alice", "T1", NOON.plusSeconds(60));
        assertEquals(0, attendance.signOut(caller));
        assertThrows(ProblemException.class, () -> attendance.admit(caller, Set.of()));
        assertEquals(0, attendance.streams());
        assertEquals(0, attendance.users());
    }

    @Test
    void whoSignsInAgainWithTheSameTokenIsIn() {
        var caller = byCookie("alice", "T1", NOON.plusSeconds(60));
        var before = attendance.admit(caller, Set.of());
        attendance.signOut(caller);
        attendance.begin(caller);
        assertEquals(caller, attendance.admit(caller, Set.of()).caller());
        assertEquals(Instant.EPOCH, before.caller().expiresAt(), "what was ended stays so");
    }

    @Test
    void aRenewalThatComesAfterTheSignOutBringsNothingBack() {
        var first = byCookie("alice", "T1", NOON.plusSeconds(30));
        var visit = attendance.admit(first, Set.of());
        attendance.signOut(first);
        var second = byCookie("alice", "T2", NOON.plusSeconds(60));
        attendance.begin(second);
        assertEquals(0, attendance.renew(first, second));
        assertEquals(Instant.EPOCH, visit.caller().expiresAt());
        assertEquals(second, attendance.admit(second, Set.of()).caller());
    }

    @Test
    void whatNobodyVerifiedIsNotRememberedAsSignedOut() {
        var caller = byCookie("alice", "T1", NOON.plusSeconds(60));
        attendance.end(caller);
        assertEquals(caller, attendance.admit(caller, Set.of()).caller());
    }

    @Test
    void twoBrowsersGivenTheSameTokenAreOneSessionFromThenOn() {
        var here = byCookie("alice", "T1", NOON);
        var there = byCookie("alice", "T2", NOON);
        attendance.admit(here, Set.of());
        var other = attendance.admit(there, Set.of());
        var common = byCookie("alice", "T3", NOON.plusSeconds(60));
        assertEquals(1, attendance.renew(here, common));
        assertEquals(1, attendance.renew(there, common));
        other.close();
        assertEquals(1, attendance.signOut(common));
    }

    @Test
    void aSessionIsForgottenWithItsLastVisit() {
        var first = byCookie("alice", "T1", NOON);
        attendance.glance(byHeader("alice"), Set.of());
        attendance.admit(first, Set.of()).close();
        var second = byCookie("alice", "T2", NOON.plusSeconds(60));
        assertEquals(0, attendance.renew(first, second));
        assertEquals(first, attendance.admit(first, Set.of()).caller());
    }

    @Test
    void aListenerThatFailsDoesNotKeepTheNewsFromTheNext() {
        var old = byCookie("alice", "T1", NOON);
        var visit = attendance.admit(old, Set.of());
        var told = new ArrayList<Caller>();
        visit.onRenewed(caller -> {
            throw new IllegalStateException("on purpose");
        });
        visit.onRenewed(told::add);
        attendance.renew(old, byCookie("alice", "T2", NOON.plusSeconds(60)));
        assertEquals(1, told.size());
    }

    @Test
    void aVisitThatHasEndedHearsNoMore() {
        var old = byCookie("alice", "T1", NOON);
        attendance.admit(old, Set.of());
        var gone = attendance.admit(old, Set.of());
        var told = new ArrayList<Caller>();
        gone.onRenewed(told::add);
        gone.close();
        assertEquals(1, attendance.renew(old, byCookie("alice", "T2", NOON.plusSeconds(60))));
        assertTrue(told.isEmpty());
    }

    // Under fire

    @Test
    void manyThreadsComingAndGoingNeverMiscount() throws InterruptedException {
        var busy = new Attendance(4, 1000);
        var balance = new ConcurrentHashMap<String, AtomicInteger>();
        busy.observe(new Attendance.Observer() {
            @Override
            public void arrived(Caller caller, Set<String> requestIds) {
                balance.computeIfAbsent(caller.user(), user -> new AtomicInteger()).incrementAndGet();
            }

            @Override
            public void renewed(Caller caller) {
            }

            @Override
            public void left(Caller caller) {
                balance.get(caller.user()).decrementAndGet();
            }
        });
        var start = new CountDownLatch(1);
        var worst = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int t = 0; t < 8; t++) {
                threads.submit(() -> {
                    start.await();
                    var open = new ArrayList<Attendance.Visit>();
                    for (int i = 0; i < 5_000; i++) {
                        try {
                            open.add(busy.admit(byHeader("user-" + i % 5), Set.of()));
                        } catch (ProblemException e) {
                            open.forEach(Attendance.Visit::close);
                            open.clear();
                        }
                        worst.accumulateAndGet(busy.streams(), Math::max);
                        if (!open.isEmpty() && ThreadLocalRandom.current().nextBoolean()) {
                            open.removeLast().close();
                        }
                    }
                    open.forEach(Attendance.Visit::close);
                    return null;
                });
            }
            start.countDown();
        }
        assertEquals(0, busy.streams());
        assertEquals(0, busy.users());
        // A thread in the middle of being refused counts for a moment.
        assertTrue(worst.get() <= 5 * 4 + 8, "at most four of each user: " + worst);
        balance.values().forEach(count -> assertEquals(0, count.get()));
    }
}

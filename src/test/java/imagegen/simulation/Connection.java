package imagegen.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import imagegen.access.Caller;
import imagegen.delivery.CloseReason;
import imagegen.delivery.Deliveries;
import imagegen.delivery.DeliveryConfig;
import imagegen.delivery.Notice;
import imagegen.delivery.Outlet;
import imagegen.delivery.Poll;
import imagegen.delivery.Subscription;
import imagegen.log.Entry;
import imagegen.problem.Problem;
import imagegen.rollout.Transport;
import imagegen.update.Cursor;
import java.time.Duration;
import java.time.Instant;

/** One connection of a tab, or one poll, as both ends see it. */
final class Connection implements Outlet, Poll.Answer {

    private final Tab tab;
    private final World world;
    private final Transport transport;
    private boolean verdictDue;
    private Subscription subscription;
    Poll poll;
    /** It is a poll that waits. */
    boolean waits;

    // What it may hear until when
    private Instant tokenEnd;
    private long authorizedUntil;
    private boolean signedOut;

    private boolean begun;
    private boolean over;
    private boolean sending;
    private boolean stalled;
    private long stalledSince;
    private long heardAt;
    private boolean unchosen;
    private long unchosenSince;

    Connection(Tab tab, Transport transport, Caller caller, boolean verdictDue) {
        this.tab = tab;
        this.world = tab.world;
        this.transport = transport;
        this.verdictDue = verdictDue;
        this.heardAt = world.time.nanos();
        authorized(caller);
    }

    Connection fedBy(Subscription feeding) {
        subscription = feeding;
        return this;
    }

    void begins(Deliveries.Admitted admitted) {
        begun = true;
        lastsUntil(tokenEnd);
        tab.begins();
        admitted.begin(this);
    }

    // Access

    void authorized(Caller caller) {
        lastsUntil(caller.expiresAt());
    }

    /** Sees by the clock how long that is from now, whatever becomes of the clock. */
    private void lastsUntil(Instant end) {
        tokenEnd = end;
        authorizedUntil = world.time.nanos() + Duration.between(world.time.instant(), end).toNanos();
    }

    void signedOut() {
        signedOut = true;
    }

    private void checkAuthorized(String what) {
        boolean passed = world.time.nanos() - authorizedUntil >= 0;
        // Of a clock that is set forward the gateway hears at its next tick
        boolean passedOnTheWall = !world.time.instant().isBefore(tokenEnd)
                && world.time.nanos() - world.jumpedAt > Deliveries.TICK.toNanos();
        if (signedOut || passed || passedOnTheWall) {
            throw new Violation(Promise.ONLY_TO_WHOM_IT_BELONGS, tab + " is told " + what
                    + (signedOut ? " after its sign-out" : " after its token's end"));
        }
    }

    // The client's end

    void leaves() {
        if (poll != null) {
            poll.left();
        }
        finish(CloseReason.CLIENT_LEFT);
    }

    void stalls() {
        if (!stalled && poll == null) {
            stalled = true;
            stalledSince = world.time.nanos();
        }
    }

    void takes() {
        if (stalled) {
            stalled = false;
            heardAt = world.time.nanos();
            if (!over && !sending) {
                subscription.signal();
            }
        }
    }

    /** What holds at every moment of an open stream. */
    void check() {
        long now = world.time.nanos();
        if (over || !begun) {
            return;
        }
        DeliveryConfig config = DeliveryConfig.DEFAULT;
        if (stalled) {
            if (now - stalledSince > config.stallTimeout().plus(Deliveries.TICK).toNanos()) {
                throw new Violation(Promise.EVERY_CONNECTION_LIVES, tab + " has taken nothing for too long and is still held");
            }
        } else if (!sending) {
            checkChosen(now);
            if (now - heardAt > config.heartbeat().toNanos()) {
                throw new Violation(Promise.EVERY_CONNECTION_LIVES, tab + " has heard nothing for " + Duration.ofNanos(now - heardAt));
            }
            boolean due = now - authorizedUntil >= 0 || signedOut;
            if (due) {
                throw new Violation(Promise.ONLY_TO_WHOM_IT_BELONGS, tab + " is still connected after its "
                        + (signedOut ? "sign-out" : "token's end"));
            }
            if (!verdictDue) {
                tab.owesNothing();
            }
        }
    }

    /** Who has another transport than they should does not have it for long. */
    private void checkChosen(long now) {
        if (world.gateway.choice(tab.user.name) == transport) {
            unchosen = false;
        } else if (!unchosen) {
            unchosen = true;
            unchosenSince = now;
        } else if (now - unchosenSince > DeliveryConfig.DEFAULT.moveOver().plus(Deliveries.TICK.multipliedBy(2)).toNanos()) {
            throw new Violation(Promise.EVERY_CONNECTION_LIVES, tab + " is not moved to the transport that was chosen");
        }
    }

    /** Whether it counts among the streams that its user may have. */
    boolean counts() {
        return transport != Transport.POLLING || waits;
    }

    // Outlet

    @Override
    public boolean ready() {
        return !over && !stalled && !sending;
    }

    @Override
    public void send(Cursor cursor, Entry entry) {
        world.watched(() -> {
            Said said = Said.of(cursor.toString(), new String(entry.json(), UTF_8));
            checkAuthorized(said.toString());
            heard();
            if (verdictDue) {
                throw new Violation(Promise.ALL_IS_TOLD, tab + " is told " + said + " before the verdict on its cursor");
            }
            tab.told(said);
        });
    }

    @Override
    public void send(Notice notice) {
        world.watched(() -> {
            heard();
            if (notice.event().equals("resume")) {
                verdict(notice.json());
            }
        });
    }

    private void verdict(String json) {
        boolean first = verdictDue;
        verdictDue = false;
        tab.verdict(json.contains("complete") ? "complete" : Said.text(json, "\"reason\":\""), first);
    }

    private void heard() {
        if (!ready()) {
            throw new Violation(Promise.EVERY_CONNECTION_LIVES, tab + " is written to although it is not ready");
        }
        heardAt = world.time.nanos();
        if (transport == Transport.WEBSOCKET) {
            sending = true;
            world.time.after(Duration.ofMillis(world.random.nextInt(4)), () -> {
                sending = false;
                if (!over && !stalled) {
                    subscription.signal();
                }
            });
        }
    }

    @Override
    public void flush() {
        // Nothing is held back
    }

    @Override
    public void close(CloseReason reason) {
        finish(reason);
    }

    private void finish(CloseReason reason) {
        if (!over) {
            over = true;
            if (subscription != null) {
                subscription.ended(reason);
            }
            tab.ended(this);
        }
    }

    @Override
    public long stalledFor(long now) {
        return stalled ? Math.max(1, now - stalledSince) : 0;
    }

    // Poll.Answer

    @Override
    public void page(byte[] json) {
        if (!over) {
            world.watched(() -> page(new String(json, UTF_8)));
        }
    }

    private void page(String page) {
        String resume = page.substring(page.indexOf("],\"next\":"));
        if (resume.contains("\"verdict\":\"complete\"")) {
            verdict("complete");
        } else if (resume.contains("\"verdict\":\"gap\"")) {
            verdict(resume);
        } else if (verdictDue) {
            throw new Violation(Promise.ALL_IS_TOLD, tab + " got no verdict on its cursor: " + page);
        }
        for (Said said : Said.all(page)) {
            checkAuthorized(said.toString());
            tab.told(said);
        }
        tab.next(Said.text(page, "\"next\":\""));
        tab.owesNothing();
        over = true;
        tab.ended(this);
    }

    @Override
    public void problem(Problem problem) {
        if (!over) {
            over = true;
            tab.ended(this);
        }
    }
}

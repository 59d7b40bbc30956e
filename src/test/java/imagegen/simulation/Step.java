package imagegen.simulation;

import imagegen.rollout.Transport;
import java.time.Duration;

/**
 * One thing that happens. Numbers name users, tabs and jobs, whatever there is of them by then, so that a history from
 * which steps were dropped still makes sense.
 */
sealed interface Step {

    /** Time goes by, and nothing else is done to anybody. */
    record Pass(Duration time) implements Step { }

    record Submit(int tab) implements Step { }

    record Progress(int job) implements Step { }

    record End(int job, boolean well) implements Step { }

    record Lie(int job, int kind) implements Step { }

    record Cut() implements Step { }

    record Serve(SimulatedBackend.Streams how) implements Step { }

    record Answer(SimulatedBackend.Statuses how) implements Step { }

    record Restart(boolean forgetting) implements Step { }

    record RefuseOnce() implements Step { }

    /** A new tab, that asks for so many of the jobs by name, or for everything. */
    record Open(int user, Transport transport, boolean byCookie, int names) implements Step { }

    /** The client goes; the last so many updates never got to it. */
    record Leave(int tab, int lost) implements Step { }

    record Return(int tab, Presented cursor) implements Step { }

    record Stall(int tab) implements Step { }

    record Take(int tab) implements Step { }

    record Switch(int tab, Transport transport) implements Step { }

    /** A tab that named what it wanted goes on from its place with everything. */
    record Widen(int tab) implements Step { }

    record Ask(int tab, int job) implements Step { }

    record Cancel(int tab, int job) implements Step { }

    record Renew(int user, Duration lifetime) implements Step { }

    record SignOut(int user) implements Step { }

    record SignIn(int user, Duration lifetime) implements Step { }

    record Flag(Transport transport) implements Step { }

    /** The gateway is stopped as a server stops it, and is back after that time, with nothing of what it knew. */
    record Redeploy(Duration away) implements Step { }

    /** The wall clock is set. */
    record Jump(Duration by) implements Step { }

    /** With which cursor a client comes back. */
    enum Presented { LAST, OLD, NONE, FOREIGN, FORGED }
}

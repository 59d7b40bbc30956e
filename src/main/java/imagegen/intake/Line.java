package imagegen.intake;

import imagegen.backend.Backend;
import imagegen.backend.EventStream;
import imagegen.intake.LineState.Signal;
import imagegen.time.Time;
import imagegen.update.RequestId;
import java.time.Duration;
import java.util.Optional;

/**
 * One feed's line to the backend: the event stream while it can be had, polling while it can't. {@link LineState} has
 * the states and decides; this class carries out.
 *
 * <p>There is no thread and no timer in it: the stream's own threads bring messages, a tick that all lines share brings
 * the time. Signals come from any thread, one at a time; messages take no lock.
 */
final class Line {

    /** Whose line it is. Called while the line's monitor is held, except for {@link #message}: must not block. */
    interface Side {
        /** The token to use now, or empty while there is none that is any good. */
        Optional<Token> token();

        /** The backend does not accept that token. */
        void refused(Token token);

        /** A message's data, on the stream's thread. */
        void message(byte[] data);

        /** The stream could not read something; one of a small fixed set. */
        void unreadable(String kind);

        /** The stream is open, and something may have been missed: ask for every unfinished request. */
        void reconcile();

        /** Once per poll interval while there is no stream; needless if nobody waits for the answers. */
        void poll();

        /** From time to time while there is a stream: ask for requests that have been silent for long. */
        void listen();
    }

    /** How often a line does what. */
    record Pace(Duration poll, Duration listen, Duration reopen) {
        private static final int MAX_DOUBLINGS = 4;

        Duration poll(int failures) {
            return poll.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        }
    }

    private final Backend backend;
    private final Side side;
    private final Optional<RequestId> only;
    private final Pace pace;
    private final Time time;
    private final IntakeMeter meter;

    // written while this is held, read by any thread
    private volatile LineState state = LineState.IDLE;
    private volatile Ear current;

    // guarded by this
    private EventStream stream;
    private String lastEventId = "";
    private boolean ended;
    private boolean heardBefore;
    private int failures;
    private long polledAt;
    private long listenedAt;
    private long endedAt;

    /** @param only the one request that the stream is about, or empty for everything that the token may see */
    Line(Feeds.Means means, Side side, Optional<RequestId> only) {
        this.backend = means.backend();
        this.side = side;
        this.only = only;
        this.pace = means.pace();
        this.time = means.time();
        this.meter = means.meter();
    }

    LineState state() {
        return state;
    }

    synchronized void signal(Signal signal) {
        var step = state.on(signal);
        state = step.next();
        switch (step.act()) {
            case NOTHING -> { }
            case OPEN, REOPEN -> {
                close();
                open();
            }
            case CLOSE -> close();
            case RECONCILE -> opened();
            case POLL -> {
                // At once: the stream may have gone because the backend ends it with the job.
                failures = 0;
                polledAt = time.nanos();
                side.poll();
            }
        }
    }

    /** Lets the line do what time has come for. Called every so often, at least several times per poll interval. */
    synchronized void tick() {
        if (state == LineState.IDLE || state == LineState.REFUSED) {
            return;
        }
        if (side.token().isEmpty()) {
            signal(Signal.REFUSED);
            return;
        }
        if (current != null && current.token != null && current.token.expired(time.instant())) {
            signal(Signal.OUTDATED);
        }
        if (state == LineState.POLLING && time.passed(pace.poll(failures), polledAt)) {
            failures = backend.reach().latest().filter(it -> !it.up()).isPresent() ? failures + 1 : 0;
            polledAt = time.nanos();
            side.poll();
        }
        if (state == LineState.POLLING && ended && time.passed(pace.reopen(), endedAt)) {
            signal(Signal.RETRY);
        }
        if (state == LineState.STREAMING && time.passed(pace.listen(), listenedAt)) {
            listenedAt = time.nanos();
            side.listen();
        }
    }

    private void open() {
        ended = false;
        var ear = new Ear();
        current = ear;
        var opened = backend.open(ear::token, only, lastEventId, ear);
        if (current == ear) {
            stream = opened;
        } else {
            opened.close(); // ended while it was being opened
        }
    }

    private void close() {
        current = null;
        if (stream != null) {
            lastEventId = stream.lastEventId();
            stream.close();
            stream = null;
        }
    }

    private void opened() {
        if (heardBefore) {
            meter.reconnected();
        }
        heardBefore = true;
        listenedAt = time.nanos();
        side.reconcile();
    }

    private synchronized void signal(Ear from, Signal signal) {
        if (from == current) {
            signal(signal);
        }
    }

    private synchronized void ended(Ear ear, EventStream.End end) {
        if (ear != current) {
            return;
        }
        close();
        ended = true;
        endedAt = time.nanos();
        switch (end) {
            case NOT_SERVED -> signal(Signal.ENDED);
            case TOKEN_REFUSED -> {
                if (ear.token != null) {
                    side.refused(ear.token);
                }
                // A newer token may have come while the old one was being refused.
                signal(Signal.REFUSED);
                if (side.token().isPresent()) {
                    signal(Signal.RENEWED);
                }
            }
        }
    }

    /** Listens to one stream; what a stream says after it was replaced is not for us. */
    private final class Ear implements EventStream.Listener {
        private volatile Token token;

        /** Asked before each connect. */
        private Optional<String> token() {
            var next = side.token();
            token = next.orElse(token);
            return next.map(Token::value);
        }

        @Override
        public void message(byte[] data) {
            if (this == current) {
                side.message(data);
            }
        }

        @Override
        public void opened() {
            signal(this, Signal.OPENED);
        }

        @Override
        public void lost(String reason) {
            signal(this, Signal.LOST);
        }

        @Override
        public void unreadable(String kind) {
            if (this == current) {
                side.unreadable(kind);
            }
        }

        @Override
        public void ended(EventStream.End end) {
            Line.this.ended(this, end);
        }
    }
}

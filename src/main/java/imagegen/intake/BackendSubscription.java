package imagegen.intake;

import imagegen.backend.EventStream;
import imagegen.intake.SubscriptionState.Signal;
import imagegen.update.RequestId;
import java.util.Optional;

/**
 * One event stream of the backend, kept as long as it is wanted. {@link SubscriptionState} has the states and decides;
 * this class carries out.
 *
 * <p>There is no thread and no timer in it: the stream's own threads bring messages, a tick that all share brings the
 * time. Signals come from any thread, one at a time; messages take no lock.
 */
final class BackendSubscription {

    /** Whose subscription it is. Called without any lock held; must not block. */
    interface Owner {
        /** The token to use now, or empty while there is none that is any good. */
        Optional<Token> token();

        /** The backend has opened a stream for that token. */
        void accepted(Token token);

        /** The backend does not accept that token. */
        void refused(Token token);

        /** A message's data, on the stream's thread. */
        void message(byte[] data);

        /**
         * The stream was opened or lost: something may have been missed.
         *
         * @param only the request that it is about, or empty for all
         */
        void missed(Optional<RequestId> only);
    }

    private final Tools tools;
    private final Owner owner;
    private final Optional<RequestId> only;

    // written while this is held, read by any thread
    private volatile SubscriptionState state = SubscriptionState.IDLE;
    private volatile Listener current;
    private volatile EventStream stream;
    private volatile String takenThrough = "";

    // guarded by this
    private String lastEventId = "";
    private boolean openedBefore;
    private boolean ended;
    private long endedAt;

    /** @param only the one request that the stream is about, or empty for everything that the token may see */
    BackendSubscription(Tools tools, Owner owner, Optional<RequestId> only) {
        this.tools = tools;
        this.owner = owner;
        this.only = only;
    }

    SubscriptionState state() {
        return state;
    }

    /** The id of an event, so that it and all before it were given to the owner; empty where the backend gives none. */
    String takenThrough() {
        return takenThrough;
    }

    /** As {@link #open()}, going on after an event that another subscription has come to; empty where there is none. */
    synchronized void open(String after) {
        if (state == SubscriptionState.IDLE && !after.isEmpty()) {
            lastEventId = after;
            takenThrough = after;
        }
        open();
    }

    /** Opens a stream, unless one is there or being tried for. */
    synchronized void open() {
        if (state == SubscriptionState.IDLE) {
            signal(Signal.OPEN);
        }
    }

    synchronized void close() {
        signal(Signal.CLOSE);
    }

    /** Lets the subscription do what time has come for. Called every so often. */
    synchronized void tick() {
        var token = owner.token();
        if (state == SubscriptionState.REFUSED) {
            if (token.isPresent()) {
                signal(Signal.OPEN);
            }
        } else if (state.connected()) {
            // An open stream is kept though a call with its token was refused: the stream is the better evidence.
            var used = current == null ? null : current.token;
            if (used != null && used.expired(tools.time().instant())) {
                signal(token.isPresent() ? Signal.OPEN : Signal.REFUSED);
            } else if (ended && tools.time().passed(tools.config().reopenAfter(), endedAt)) {
                signal(Signal.OPEN);
            }
        }
    }

    // Held by this.
    private void signal(Signal signal) {
        state = state.on(signal);
        switch (signal) {
            case OPEN -> {
                closeStream();
                openStream();
            }
            case CLOSE, REFUSED -> closeStream();
            case OPENED, LOST -> { }
        }
    }

    private void openStream() {
        ended = false;
        var listener = new Listener();
        current = listener;
        var opened = tools.backend().open(listener::token, only, lastEventId, listener);
        if (current == listener) {
            stream = opened;
        } else {
            opened.close(); // ended while it was being opened
        }
    }

    private void closeStream() {
        current = null;
        if (stream != null) {
            lastEventId = stream.lastEventId();
            stream.close();
            stream = null;
        }
    }

    /** Listens to one stream; what a stream says after it was replaced is not for us. */
    private final class Listener implements EventStream.Listener {
        private volatile Token token;

        /** Asked before each connect. */
        private Optional<String> token() {
            var next = owner.token();
            token = next.orElse(token);
            return next.map(Token::value);
        }

        @Override
        public void message(byte[] data) {
            if (this != current) {
                return;
            }
            try {
                owner.message(data);
                var opened = stream;
                if (opened != null) {
                    takenThrough = opened.lastEventId();
                }
            } catch (RuntimeException | Error e) {
                // Whatever it was: one message is lost to us, and not the stream with all that would follow.
                tools.inbox().failed(e);
            }
        }

        @Override
        public void opened() {
            if (heard(Signal.OPENED)) {
                if (token != null) {
                    owner.accepted(token);
                }
                owner.missed(only);
            }
        }

        @Override
        public void lost(String reason) {
            if (heard(Signal.LOST)) {
                owner.missed(only);
            }
        }

        @Override
        public void unreadable(String kind) {
            if (this == current) {
                tools.inbox().skip(kind, () -> "the stream could not be read there");
            }
        }

        @Override
        public void ended(EventStream.End end) {
            var refused = end == EventStream.End.TOKEN_REFUSED;
            if (!endedNow(refused)) {
                return;
            }
            if (!refused) {
                owner.missed(only);
            } else if (token != null && !token.expired(tools.time().instant())) {
                owner.refused(token);
            }
        }

        private boolean heard(Signal signal) {
            synchronized (BackendSubscription.this) {
                if (this != current) {
                    return false;
                }
                signal(signal);
                if (signal == Signal.OPENED) {
                    if (openedBefore) {
                        tools.meter().reconnected();
                    }
                    openedBefore = true;
                }
                return true;
            }
        }

        private boolean endedNow(boolean refused) {
            synchronized (BackendSubscription.this) {
                if (this != current) {
                    return false;
                }
                signal(refused ? Signal.REFUSED : Signal.LOST);
                closeStream();
                ended = true;
                endedAt = tools.time().nanos();
                return true;
            }
        }
    }
}

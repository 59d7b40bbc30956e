package imagegen.intake;

import imagegen.backend.Backend;
import imagegen.backend.BackendException;
import imagegen.backend.EventStream;
import imagegen.backend.Reach;
import imagegen.backend.Submission;
import imagegen.time.Time;
import imagegen.update.Decoded;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A backend that does what the test says, when the test says so, on the test's own thread. */
final class ScriptedBackend implements Backend {
    /** One stream that was asked for. */
    final class Stream implements EventStream {
        private final Supplier<Optional<String>> token;
        private final Listener listener;
        final Optional<RequestId> only;
        final String after;
        String lastEventId;
        boolean closed;

        private Stream(Supplier<Optional<String>> token, Optional<RequestId> only, String after, Listener listener) {
            this.token = token;
            this.only = only;
            this.after = after;
            this.lastEventId = after;
            this.listener = listener;
        }

        /** What it would connect with. */
        Optional<String> token() {
            return token.get();
        }

        /** Connects, and answers with which token. */
        Optional<String> connects() {
            var used = token.get();
            if (used.isPresent()) {
                listener.opened();
            } else {
                listener.ended(End.TOKEN_REFUSED);
            }
            return used;
        }

        void loses() {
            listener.lost("the stream ended");
        }

        void ends(End end) {
            listener.ended(end);
        }

        void says(String data) {
            listener.message(data.getBytes(StandardCharsets.UTF_8));
        }

        void progresses(String id, int percent) {
            says(progress(id, percent));
        }

        void succeeds(String id) {
            says(success(id));
        }

        @Override
        public String lastEventId() {
            return lastEventId;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    record Asked(String token, String id) {}

    final List<Stream> streams = new ArrayList<>();
    final List<Asked> asked = new ArrayList<>();
    final List<Optional<String>> keys = new ArrayList<>();
    final Map<String, String> statuses = new HashMap<>();
    /** Tokens that it answers with 401 when a status is asked for. */
    final Set<String> refused = new HashSet<>();
    final Reach reach = new Reach(Time.system());
    boolean located = true;
    Optional<RuntimeException> failure = Optional.empty();
    Optional<CompletableFuture<RequestId>> submits = Optional.empty();
    /** Where the test wants to answer later: the statuses that are asked for, in order. */
    final List<CompletableFuture<Optional<Decoded>>> unanswered = new ArrayList<>();
    boolean answersLater;
    private int submitted;

    static String progress(String id, int percent) {
        return "{\"request_id\":\"" + id + "\",\"status\":\"PROGRESS\",\"payload\":{\"progress\":" + percent + "}}";
    }

    static String success(String id) {
        return "{\"request_id\":\"" + id + "\",\"status\":\"OK\",\"payload\":{\"images\":[]}}";
    }

    /** As a stream for all users tells it. */
    static String of(String user, String message) {
        return message.substring(0, message.length() - 1) + ",\"user_id\":\"" + user + "\"}";
    }

    /** The stream that was asked for last. */
    Stream stream() {
        return streams.getLast();
    }

    List<String> askedFor() {
        return asked.stream().map(Asked::id).toList();
    }

    @Override
    public CompletionStage<RequestId> submit(String token, Submission submission, Optional<String> idempotencyKey) {
        keys.add(idempotencyKey);
        return failure.<CompletionStage<RequestId>>map(CompletableFuture::failedStage)
                .or(() -> submits)
                .orElseGet(() -> CompletableFuture.completedStage(new RequestId("job-" + ++submitted)));
    }

    @Override
    public CompletionStage<Optional<Decoded>> status(String token, RequestId id) {
        asked.add(new Asked(token, id.value()));
        if (refused.contains(token)) {
            return CompletableFuture.failedStage(new BackendException.Unauthorized(401));
        }
        if (answersLater) {
            unanswered.add(new CompletableFuture<>());
            return unanswered.getLast();
        }
        return failure.<CompletionStage<Optional<Decoded>>>map(CompletableFuture::failedStage)
                .orElseGet(() -> CompletableFuture.completedStage(Optional.ofNullable(statuses.get(id.value()))
                        .map(ScriptedBackend::decoded)));
    }

    static Decoded decoded(String message) {
        return new UpdateCodec("user_id").decode(message.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<Boolean> cancel(String token, RequestId id) {
        return CompletableFuture.completedStage(statuses.containsKey(id.value()));
    }

    @Override
    public EventStream open(Supplier<Optional<String>> token, Optional<RequestId> only, String lastEventId,
            EventStream.Listener listener) {
        streams.add(new Stream(token, only, lastEventId, listener));
        return stream();
    }

    @Override
    public boolean located() {
        return located;
    }

    @Override
    public void probe() {
        // nothing to look at
    }

    @Override
    public Reach reach() {
        return reach;
    }

    @Override
    public void close() {
        // nothing is held
    }
}

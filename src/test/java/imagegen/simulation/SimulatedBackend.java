package imagegen.simulation;

import imagegen.backend.Backend;
import imagegen.backend.BackendException;
import imagegen.backend.EventStream;
import imagegen.backend.Reach;
import imagegen.backend.Submission;
import imagegen.update.Decoded;
import imagegen.update.RequestId;
import imagegen.update.UpdateCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A backend that has good days and bad ones, and tells the world what it has made known to the gateway. */
final class SimulatedBackend implements Backend {

    static final String SERVICE = "service-token";

    /** How it answers when asked for a stream. */
    enum Streams { SERVED, REFUSED_CONNECTION, SILENT, NOT_SERVED, UNAUTHORIZED }

    /** How it answers when asked for the status of a request. */
    enum Statuses { ANSWERED, NOT_FOUND, UNAUTHORIZED, UNAVAILABLE, NOTHING }

    /** What the world has to know. */
    interface Watcher {

        /** Called before the gateway hears it. */
        void makesKnown(Job job);

        /** Counts the gateways there have been: what one was told, the next knows nothing of. */
        int deployment();

        /** The user whose token that is, if the token has not expired. */
        Optional<String> userOf(String token);
    }

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(60);

    private final VirtualTime time;
    private final RandomGenerator random;
    private final Setup setup;
    private final Watcher watcher;
    private final Reach reach;
    private final UpdateCodec codec = new UpdateCodec("user_id");
    private final List<Stream> streams = new ArrayList<>();
    final Map<String, Job> jobs = new LinkedHashMap<>();
    private Streams streaming = Streams.SERVED;
    private Statuses answering = Statuses.ANSWERED;
    private int refusals;

    SimulatedBackend(VirtualTime time, RandomGenerator random, Setup setup, Watcher watcher) {
        this.time = time;
        this.random = random;
        this.setup = setup;
        this.watcher = watcher;
        this.reach = new Reach(time);
    }

    // What befalls it

    void serves(Streams how) {
        streaming = how;
        if (how != Streams.SILENT && how != Streams.SERVED) {
            cut();
        }
        open().filter(stream -> how == Streams.SILENT).forEach(Stream::goesSilent);
    }

    void answers(Statuses how) {
        answering = how;
    }

    /** It hiccups: refuses the next token it is shown, however good it is. */
    void refusesOnce() {
        refusals++;
    }

    void cut() {
        List.copyOf(streams).forEach(stream -> stream.lose("the stream broke"));
    }

    /** @param forgets whether what has not ended is gone for good */
    void restarts(boolean forgets) {
        if (forgets) {
            jobs.values().stream().filter(job -> job.end.isEmpty()).forEach(job -> job.forgotten = true);
        }
        cut();
    }

    /** All is well from now on. */
    void heals() {
        streaming = Streams.SERVED;
        answering = Statuses.ANSWERED;
        refusals = 0;
        open().filter(stream -> stream.silent).toList().forEach(stream -> stream.lose("its stream went silent"));
    }

    void progresses(Job job) {
        if (job.end.isEmpty() && !job.forgotten) {
            job.percent = Math.min(99, job.percent + 1 + random.nextInt(20));
            tell(job, job.message());
        }
    }

    void ends(Job job, boolean well) {
        if (job.end.isEmpty() && !job.forgotten) {
            job.end = Optional.of(well ? "OK" : "ERROR");
            tell(job, job.message());
        }
    }

    /** Tells what is not so, or not to be told. */
    void lies(Job job, int kind) {
        if (job.forgotten) {
            return; // Whoever is told that it goes on, by a backend that never answers for anything, waits in good faith
        }
        switch (kind) {
            case 0 -> say(job, job.message("PROGRESS", job.percent));
            case 1 -> job.end.ifPresent(end -> say(job, job.message(end.equals("OK") ? "ERROR" : "OK", 0)));
            case 2 -> say(job, "{\"request_id\":");
            case 3 -> foreign(job);
            default -> job.end.ifPresent(end -> tell(job, job.message()));
        }
    }

    /** Sends a message about somebody's request over everybody else's stream. */
    private void foreign(Job job) {
        if (!setup.stream().equals("shared")) {
            open().filter(stream -> !stream.hears(job)).toList().forEach(stream -> stream.says(job.message()));
        }
    }

    private void tell(Job job, String message) {
        open().filter(stream -> stream.hears(job) && !stream.silent).toList().forEach(stream -> {
            known(job);
            stream.says(message);
        });
    }

    private void say(Job job, String message) {
        boolean forgotten = time.nanos() - job.knownAt > setup.retention().maxAge().minusSeconds(1).toNanos();
        if (job.end.isPresent() && (!job.known() || forgotten)) {
            return; // Where nobody knows the truth, a lie would become it
        }
        open().filter(stream -> stream.hears(job) && !stream.silent).toList().forEach(stream -> stream.says(message));
    }

    private void known(Job job) {
        if (job.end.isPresent()) {
            watcher.makesKnown(job);
        } else {
            hears(job, job.percent);
        }
    }

    /** The gateway does. */
    private void hears(Job job, int percent) {
        if (percent > job.heard) {
            job.heard = percent;
            job.heardAt = time.nanos();
        }
    }

    private java.util.stream.Stream<Stream> open() {
        return List.copyOf(streams).stream().filter(stream -> stream.open);
    }

    int openStreams() {
        return streams.size();
    }

    // What the gateway asks

    @Override
    public CompletionStage<RequestId> submit(String token, Submission submission, Optional<String> idempotencyKey) {
        Optional<String> user = watcher.userOf(token);
        if (user.isEmpty()) {
            return CompletableFuture.failedStage(new BackendException.Unauthorized(401));
        }
        Job job = new Job(user.get() + "-job-" + jobs.size(), user.get());
        jobs.put(job.id, job);
        return later(() -> Optional.of(new RequestId(job.id)));
    }

    @Override
    public CompletionStage<Optional<Decoded>> status(String token, RequestId id) {
        CompletableFuture<Optional<Decoded>> stage = new CompletableFuture<>();
        Statuses how = answering;
        boolean refused = refuses();
        // What it answers is what it knew when it was asked, which may be a while ago when the answer arrives
        Optional<String> user = SERVICE.equals(token) ? Optional.of(SERVICE) : watcher.userOf(token);
        Optional<Job> job = Optional.ofNullable(jobs.get(id.value())).filter(it -> !it.forgotten)
                .filter(it -> user.filter(who -> who.equals(it.user) || who.equals(SERVICE)).isPresent());
        Optional<String> message = job.map(Job::message);
        boolean ended = job.flatMap(it -> it.end).isPresent();
        int percent = job.map(it -> it.percent).orElse(0);
        int asker = watcher.deployment();
        time.after(how == Statuses.NOTHING ? READ_TIMEOUT : latency(), () -> {
            switch (how) {
                case NOTHING -> {
                    reach.failed("no answer");
                    stage.completeExceptionally(new BackendException.Timeout("no answer", null));
                }
                case UNAVAILABLE -> {
                    reach.failed("it answered 503");
                    stage.completeExceptionally(new BackendException.Unavailable("503", Optional.empty(), null));
                }
                case UNAUTHORIZED -> stage.completeExceptionally(new BackendException.Unauthorized(401));
                case NOT_FOUND -> stage.complete(Optional.empty());
                case ANSWERED -> {
                    reach.answered();
                    if (refused || user.isEmpty()) {
                        stage.completeExceptionally(new BackendException.Unauthorized(401));
                        return;
                    }
                    if (job.isPresent() && asker == watcher.deployment()) {
                        hears(job.get(), percent);
                        if (ended) {
                            watcher.makesKnown(job.get());
                        }
                    }
                    stage.complete(message.map(it -> codec.decode(it.getBytes(StandardCharsets.UTF_8))));
                }
            }
        });
        return stage;
    }

    private boolean refuses() {
        if (refusals > 0) {
            refusals--;
            return true;
        }
        return false;
    }

    private Duration latency() {
        return Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(4000) : random.nextInt(60));
    }

    private <T> CompletionStage<T> later(Supplier<Optional<T>> answer) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        time.after(latency(), () -> stage.complete(answer.get().orElseThrow()));
        return stage;
    }

    @Override
    public CompletionStage<Boolean> cancel(String token, RequestId id) {
        Optional<String> user = watcher.userOf(token);
        if (user.isEmpty()) {
            return CompletableFuture.failedStage(new BackendException.Unauthorized(401));
        }
        Optional<Job> job = Optional.ofNullable(jobs.get(id.value())).filter(it -> it.user.equals(user.get()))
                .filter(it -> it.end.isEmpty() && !it.forgotten);
        // One kind of backend calls it a failure, the other knows nothing of it any more
        job.ifPresent(it -> {
            if (random.nextBoolean()) {
                ends(it, false);
            } else {
                it.forgotten = true;
            }
        });
        return later(() -> Optional.of(job.isPresent()));
    }

    @Override
    public EventStream open(Supplier<Optional<String>> token, Optional<RequestId> only, String lastEventId,
            EventStream.Listener listener) {
        Stream stream = new Stream(token, only.map(RequestId::value), listener);
        streams.add(stream);
        time.after(Duration.ofMillis(1 + random.nextInt(50)), stream::connect);
        return stream;
    }

    @Override
    public boolean located() {
        return true;
    }

    @Override
    public void probe() {
        // Its health shows in what it is asked
    }

    @Override
    public Reach reach() {
        return reach;
    }

    @Override
    public void close() {
        List.copyOf(streams).forEach(Stream::close);
    }

    /** One event stream that the gateway keeps, over any number of connections. */
    private final class Stream implements EventStream {

        private final Supplier<Optional<String>> token;
        private final Optional<String> only;
        private final EventStream.Listener listener;
        private Optional<String> user = Optional.empty();
        private boolean open;
        private boolean silent;
        private boolean over;
        private int failures;

        Stream(Supplier<Optional<String>> token, Optional<String> only, EventStream.Listener listener) {
            this.token = token;
            this.only = only;
            this.listener = listener;
        }

        private void connect() {
            if (over) {
                return;
            }
            Optional<String> shown = token.get();
            user = shown.flatMap(it -> SERVICE.equals(it) ? Optional.of(SERVICE) : watcher.userOf(it));
            if (user.isEmpty() || streaming == Streams.UNAUTHORIZED || refuses()) {
                end(End.TOKEN_REFUSED);
            } else if (streaming == Streams.REFUSED_CONNECTION) {
                reach.failed("it can't be reached");
                listener.lost("it can't be reached");
                retry();
            } else if (streaming == Streams.NOT_SERVED) {
                reach.answered();
                end(End.NOT_SERVED);
            } else {
                opens();
            }
        }

        private void opens() {
            failures = 0;
            open = true;
            reach.answered();
            listener.opened();
            if (streaming == Streams.SILENT) {
                goesSilent();
            } else if (setup.replays()) {
                List.copyOf(jobs.values()).stream().filter(job -> open && hears(job) && !job.forgotten)
                        .forEach(job -> {
                            known(job);
                            says(job.message());
                        });
            }
        }

        private void end(End why) {
            open = false;
            over = true;
            streams.remove(this);
            listener.ended(why);
        }

        private void retry() {
            failures++;
            time.after(Duration.ofMillis(100 + random.nextInt(500 << Math.min(failures, 5))), this::connect);
        }

        void lose(String why) {
            if (open) {
                open = false;
                silent = false;
                listener.lost(why);
                retry();
            }
        }

        void goesSilent() {
            silent = true;
            time.after(SILENCE_TIMEOUT, () -> {
                if (open && silent) {
                    lose("its stream went silent");
                }
            });
        }

        boolean hears(Job job) {
            return user.filter(who -> who.equals(SERVICE) || who.equals(job.user)).isPresent()
                    && only.map(job.id::equals).orElse(true);
        }

        void says(String message) {
            if (open) {
                listener.message(message.getBytes(StandardCharsets.UTF_8));
            }
        }

        @Override
        public String lastEventId() {
            return "";
        }

        @Override
        public void close() {
            open = false;
            over = true;
            streams.remove(this);
        }
    }
}

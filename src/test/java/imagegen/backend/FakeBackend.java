package imagegen.backend;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An image backend on a loopback port that keeps the backend contract, and breaks it on command.
 *
 * <p>It knows a caller by the {@code sub} of a JWT, or by what follows {@code token-of-}; nothing is verified. The
 * token {@code service-token} sees everybody's messages, each naming its owner. It draws nothing: the test says how a
 * job goes on. All methods may be called from any thread; those that wait give up with an error after twenty seconds.
 */
public final class FakeBackend implements AutoCloseable {
    public static final String SERVICE_TOKEN = "service-token";

    /** One call that came in: enough to check what was passed on. */
    public record Call(String method, String target, Map<String, String> headers, String body) {}

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Pattern REQUEST = Pattern.compile("/v1/image-gen/requests/([^/?]+)");
    private static final Pattern REQUEST_ID = Pattern.compile("[?&]request_id=([^&]*)");
    private static final Pattern SUB = Pattern.compile("\"sub\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern PROMPT = Pattern.compile("\"prompt\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    // guarded by this
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Map<String, String> idsByKey = new HashMap<>();
    private final List<Stream> streams = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final Set<Socket> sockets = new HashSet<>();
    private final Set<String> refusedTokens = new HashSet<>();
    private ServerSocket server;
    private int opened;
    private int streamsToRefuse;
    private int callsToRefuse;
    private boolean streamsUnavailable;
    private boolean callsUnavailable;
    private boolean callsUnanswered;
    private boolean replays;
    private boolean numbers;
    private boolean silent;
    private boolean forgetful;
    private Optional<String> promptRefusal = Optional.empty();
    private Optional<String> cannedAnswer = Optional.empty();
    private int callsToDrop;

    private FakeBackend(int port) throws IOException {
        listen(port);
    }

    /** Listens on a free loopback port. */
    public static FakeBackend start() {
        return start(0);
    }

    public static FakeBackend start(int port) {
        try {
            return new FakeBackend(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public synchronized URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    // ---- how jobs go on

    /** A job that the gateway did not submit; the backend knows it from now on. */
    public synchronized FakeBackend has(String user, String id) {
        jobs.put(id, new Job(user, progressOf(id, 0)));
        return this;
    }

    public FakeBackend progresses(String id, int percent) {
        return tells(id, progressOf(id, percent));
    }

    public FakeBackend succeeds(String id) {
        return tells(id, """
                {"request_id":"%s","status":"OK","payload":{"images":[{"url":"https://url.to/%s.png","content_type":\
                "image/png","file_name":"image.png","file_size":1824075,"width":1024,"height":1024}]}}"""
                .formatted(id, id));
    }

    public FakeBackend fails(String id, String message) {
        return tells(id, "{\"request_id\":\"%s\",\"status\":\"ERROR\",\"message\":\"%s\"}".formatted(id, message));
    }

    /** The job ends well, but no stream ever says so: only asking for its status tells. */
    public synchronized FakeBackend succeedsUnheard(String id) {
        var before = silent;
        silent = true;
        succeeds(id);
        silent = before;
        return this;
    }

    private synchronized FakeBackend tells(String id, String message) {
        var job = jobs.get(id);
        if (job == null) {
            throw new IllegalArgumentException("no such job: " + id);
        }
        job.history.add(message);
        if (!silent) {
            var next = new Told(told.size() + 1, job.user, id, message);
            told.add(next);
            streams.forEach(it -> it.tell(next, numbers));
        }
        return this;
    }

    /** Sends any data at all as a message to every stream that this user's messages go to. */
    public synchronized FakeBackend says(String user, String data) {
        streams.stream().filter(it -> it.sees(user)).forEach(it -> it.message(data));
        return this;
    }

    // ---- how it misbehaves

    /** Every open stream breaks in the middle of an event. */
    public synchronized FakeBackend cutsMidEvent() {
        for (var stream : List.copyOf(streams)) {
            stream.send("event: message\ndata: {\"request_id\":\"cut\",\"status\":\"OK\",\"mess");
            stream.cut();
        }
        return this;
    }

    /** Every open stream ends in good order. */
    public synchronized FakeBackend endsStreams() {
        for (var stream : List.copyOf(streams)) {
            stream.end();
        }
        return this;
    }

    /** Streams stay open and say nothing, whatever happens to jobs; until {@link #speaks}. */
    public synchronized FakeBackend goesSilent() {
        silent = true;
        return this;
    }

    public synchronized FakeBackend speaks() {
        silent = false;
        return this;
    }

    /** No stream can be had and the open ones end; calls are served. Until {@link #servesStreams}. */
    public synchronized FakeBackend refusesStreams() {
        streamsUnavailable = true;
        return endsStreams();
    }

    public synchronized FakeBackend servesStreams() {
        streamsUnavailable = false;
        return this;
    }

    /** Streams and calls are answered with 503, that many of each, and the open streams end. */
    public synchronized FakeBackend answers503ForAWhile(int times) {
        streamsToRefuse = times;
        callsToRefuse = times;
        return endsStreams();
    }

    /** Calls are answered with 503; streams are served. */
    public synchronized FakeBackend refusesCalls() {
        callsUnavailable = true;
        return this;
    }

    /** Calls are taken and never answered. */
    public synchronized FakeBackend neverAnswersCalls() {
        callsUnanswered = true;
        return this;
    }

    /** Every call gets a 200 with this body, whatever it asks for. */
    public synchronized FakeBackend answersCallsWith(String body) {
        cannedAnswer = Optional.of(body);
        return this;
    }

    /** So many calls are read and not answered; the connection is closed instead. */
    public synchronized FakeBackend dropsCalls(int times) {
        callsToDrop = times;
        return this;
    }

    public synchronized FakeBackend servesCalls() {
        callsUnavailable = false;
        callsUnanswered = false;
        return this;
    }

    /** Whoever opens a stream gets everything that ever happened once more. */
    public synchronized FakeBackend replaysOldEvents() {
        replays = true;
        return this;
    }

    /** Messages of every wrong kind go to all open streams; returns how many. */
    public synchronized int sendsGarbage() {
        var garbage = List.of("not json", "{\"request_id\": broken", "[]", "42", "{}",
                "{\"request_id\":\"r-1\",\"status\":\"MAYBE\"}", "{\"request_id\":17,\"status\":\"OK\"}",
                "{\"status\":\"OK\"}", "{\"request_id\":\"with space\",\"status\":\"OK\"}");
        streams.forEach(it -> garbage.forEach(it::message));
        return garbage.size();
    }

    /** A message that names its owner, sent on every open stream whoever that belongs to. */
    public synchronized FakeBackend misdirects(String owner, String id) {
        var message = progressOf(id, 50);
        streams.forEach(it -> it.message(withOwner(message, owner)));
        return this;
    }

    /** Events have ids from now on, and whoever comes back with one gets those that followed. */
    public synchronized FakeBackend numbersEvents() {
        numbers = true;
        return this;
    }

    /** Whatever comes with that token is a 401, and its streams end. */
    public synchronized FakeBackend refusesToken(String token) {
        refusedTokens.add(token);
        streams.stream().filter(it -> it.token.equals(token)).toList().forEach(Stream::end);
        return this;
    }

    /** Prompts are refused with 422 and these words. */
    public synchronized FakeBackend refusesPrompts(String words) {
        promptRefusal = Optional.of(words);
        return this;
    }

    /** Loses all jobs, as a restart without a database does. */
    public synchronized FakeBackend forgetsJobs() {
        jobs.clear();
        return this;
    }

    /** Takes jobs and denies, when asked, that they exist; until {@link #remembersNewJobs}. */
    public synchronized FakeBackend deniesNewJobs() {
        forgetful = true;
        return this;
    }

    public synchronized FakeBackend remembersNewJobs() {
        forgetful = false;
        return this;
    }

    /** Stops listening and resets every connection. */
    public synchronized FakeBackend stops() {
        quietly(server::close);
        for (var socket : List.copyOf(sockets)) {
            quietly(() -> {
                socket.setSoLinger(true, 0);
                socket.close();
            });
        }
        streams.clear();
        return this;
    }

    /** Listens again where it did. */
    public FakeBackend startsAgain() {
        // The system may need a moment to give the port back.
        return await("its port", () -> {
            try {
                listen(server.getLocalPort());
                return true;
            } catch (BindException e) {
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Keeps the contract again, whatever it was told to do. */
    public synchronized FakeBackend behaves() {
        streamsToRefuse = 0;
        callsToRefuse = 0;
        streamsUnavailable = false;
        callsUnavailable = false;
        callsUnanswered = false;
        replays = false;
        silent = false;
        forgetful = false;
        promptRefusal = Optional.empty();
        return this;
    }

    // ---- what it saw

    public synchronized int openStreams() {
        return streams.size();
    }

    /** How many streams have been opened since the start. */
    public synchronized int streamsOpened() {
        return opened;
    }

    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Calls whose method and target begin with this, such as {@code "GET /v1/image-gen/requests"}. */
    public synchronized List<Call> calls(String methodAndTarget) {
        return calls.stream().filter(it -> (it.method + ' ' + it.target).startsWith(methodAndTarget)).toList();
    }

    public synchronized Set<String> jobs() {
        return Set.copyOf(jobs.keySet());
    }

    /** How many streams this user has open. */
    public synchronized int openStreams(String user) {
        return (int) streams.stream().filter(it -> it.user.equals(user)).count();
    }

    public FakeBackend awaitOpenStreams(String user, int count) {
        return await("open streams of " + user + ": " + count, () -> openStreams(user) == count);
    }

    public FakeBackend awaitOpenStreams(int count) {
        return await("open streams: " + count, () -> openStreams() == count);
    }

    public FakeBackend awaitStreamsOpened(int count) {
        return await("streams opened so far: " + count, () -> streamsOpened() >= count);
    }

    public FakeBackend awaitCalls(String methodAndTarget, int count) {
        return await(count + " calls of " + methodAndTarget, () -> calls(methodAndTarget).size() >= count);
    }

    private synchronized FakeBackend await(String what, BooleanSupplier reached) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            var left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("the backend waited in vain for " + what + "; its last calls were "
                        + calls.subList(Math.max(0, calls.size() - 10), calls.size()).stream()
                                .map(it -> it.method + ' ' + it.target).toList());
            }
            try {
                wait(LOOK_AGAIN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
        return this;
    }

    @Override
    public void close() {
        stops();
    }

    // ---- serving

    private void listen(int port) throws IOException {
        var listening = new ServerSocket();
        try {
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        } catch (IOException e) {
            listening.close();
            throw e;
        }
        server = listening;
        Thread.ofVirtual().name("fake-backend").start(() -> accept(listening));
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                var socket = listening.accept();
                synchronized (this) {
                    sockets.add(socket);
                }
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // stopped
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            for (var call = read(in); call.isPresent(); call = read(in)) {
                if (!answer(call.get(), socket)) {
                    in.transferTo(OutputStream.nullOutputStream()); // until the other side leaves
                    return;
                }
            }
        } catch (IOException e) {
            // the other side left, or the test cut the connection
        } finally {
            synchronized (this) {
                sockets.remove(socket);
                streams.removeIf(it -> it.socket == socket);
                notifyAll();
            }
        }
    }

    /** Whether another call may follow on this connection. */
    private synchronized boolean answer(Call call, Socket socket) throws IOException {
        calls.add(call);
        notifyAll();
        var out = socket.getOutputStream();
        var token = call.headers.getOrDefault("authorization", "").replaceFirst("^Bearer ", "");
        var path = call.target.replaceFirst("\\?.*", "");
        var events = path.equals("/v1/image-gen/events");
        if (!events && callsUnanswered) {
            return false;
        }
        if (!events && callsToDrop > 0) {
            callsToDrop--;
            throw new IOException("as the test wants it");
        }
        if (!events && cannedAnswer.isPresent()) {
            respond(out, "200 OK", "", cannedAnswer.get());
            return true;
        }
        if (events && (streamsUnavailable || streamsToRefuse-- > 0)
                || !events && (callsUnavailable || callsToRefuse-- > 0)) {
            respond(out, "503 Service Unavailable", "Retry-After: 1\r\n", "{\"error\":\"not now\"}");
        } else if (token.isEmpty() || refusedTokens.contains(token)) {
            respond(out, "401 Unauthorized", "", "{\"error\":\"token\"}");
        } else if (events) {
            openStream(new Stream(socket, token, userOf(token), idsIn(call.target)),
                    numbers ? Optional.ofNullable(call.headers.get("last-event-id")) : Optional.empty());
            return false;
        } else if (path.equals("/v1/image-gen/requests") && call.method.equals("POST")) {
            submit(out, call, userOf(token));
        } else {
            request(out, call, path, userOf(token));
        }
        return true;
    }

    private void openStream(Stream stream, Optional<String> after) throws IOException {
        stream.socket.getOutputStream().write(ascii("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                + "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"));
        stream.send(": welcome\n\n");
        if (replays) {
            jobs.forEach((id, job) -> {
                if (stream.sees(job.user) && stream.isAbout(id)) {
                    job.history.forEach(message -> stream.message(stream.addressed(message, job.user)));
                }
            });
        }
        after.map(Integer::parseInt).ifPresent(
                number -> told.subList(number, told.size()).forEach(it -> stream.tell(it, true)));
        streams.add(stream);
        opened++;
        notifyAll();
    }

    private void submit(OutputStream out, Call call, String user) throws IOException {
        if (promptRefusal.isPresent()) {
            respond(out, "422 Unprocessable Content", "", "{\"detail\":\"" + promptRefusal.get() + "\"}");
            return;
        }
        var key = Optional.ofNullable(call.headers.get("idempotency-key"));
        var known = key.map(idsByKey::get);
        var id = known.orElseGet(() -> "job-" + (jobs.size() + 1));
        if (known.isEmpty()) {
            jobs.put(id, new Job(user, progressOf(id, 0)));
            key.ifPresent(it -> idsByKey.put(it, id));
        }
        respond(out, "202 Accepted", "", "{\"request_id\":\"" + id + "\"}");
    }

    private void request(OutputStream out, Call call, String path, String user) throws IOException {
        var match = REQUEST.matcher(path);
        var id = match.matches() ? match.group(1) : "";
        var job = jobs.get(id);
        var visible = job != null && !forgetful && (user.isEmpty() || user.equals(job.user));
        if (!visible) {
            respond(out, "404 Not Found", "", "{\"error\":\"unknown\"}");
        } else if (call.method.equals("GET")) {
            respond(out, "200 OK", "", user.isEmpty() ? withOwner(job.last(), job.user) : job.last());
        } else if (call.method.equals("DELETE")) {
            out.write(ascii("HTTP/1.1 204 No Content\r\n\r\n"));
            fails(id, "cancelled");
        } else {
            respond(out, "405 Method Not Allowed", "", "{}");
        }
    }

    private static void respond(OutputStream out, String status, String headers, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        out.write(ascii("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + headers + "Content-Length: "
                + bytes.length + "\r\n\r\n"));
        out.write(bytes);
        out.flush();
    }

    private static Optional<Call> read(InputStream in) throws IOException {
        var requestLine = line(in);
        if (requestLine.isEmpty()) {
            return Optional.empty();
        }
        var parts = requestLine.split(" ");
        var headers = new HashMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            var colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        var body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return Optional.of(new Call(parts[0], parts[1], headers, new String(body, StandardCharsets.UTF_8)));
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private interface Closing {
        void run() throws IOException;
    }

    /** What can't be closed is closed already. */
    private static void quietly(Closing closing) {
        try {
            closing.run();
        } catch (IOException e) {
            // that is what was wanted
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What {@code request_id} names; empty: everything. */
    private static Set<String> idsIn(String target) {
        return REQUEST_ID.matcher(target).results().map(it -> it.group(1)).collect(Collectors.toSet());
    }

    private static String progressOf(String id, int percent) {
        return "{\"request_id\":\"%s\",\"status\":\"PROGRESS\",\"payload\":{\"progress\":%d}}".formatted(id, percent);
    }

    private static String withOwner(String message, String owner) {
        return message.substring(0, message.length() - 1) + ",\"user_id\":\"" + owner + "\"}";
    }

    /** Empty for the service account, which may see everything. */
    private static String userOf(String token) {
        if (token.equals(SERVICE_TOKEN)) {
            return "";
        }
        var parts = token.split("\\.");
        if (parts.length == 3) {
            var sub = SUB.matcher(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
            return sub.find() ? sub.group(1) : token;
        }
        // token-of-alice and token-of-alice#2 are both alice's
        return token.replaceFirst("^token-of-", "").replaceFirst("#.*", "");
    }

    /** The prompt of a submit that came in. */
    public static Optional<String> promptOf(Call call) {
        var prompt = PROMPT.matcher(call.body);
        return prompt.find() ? Optional.of(prompt.group(1)) : Optional.empty();
    }

    /** What was told on the streams, in its order; the first is number 1. */
    private record Told(int number, String user, String id, String message) {}

    private record Job(String user, List<String> history) {
        private Job(String user, String first) {
            this(user, new ArrayList<>(List.of(first)));
        }

        private String last() {
            return history.getLast();
        }
    }

    // Written to while the backend's monitor is held.
    private static final class Stream {
        private final Socket socket;
        private final String token;
        private final String user;
        private final Set<String> ids;

        private Stream(Socket socket, String token, String user, Set<String> ids) {
            this.socket = socket;
            this.ids = ids;
            this.token = token;
            this.user = user;
        }

        private boolean sees(String owner) {
            return user.isEmpty() || user.equals(owner);
        }

        private boolean isAbout(String id) {
            return ids.isEmpty() || ids.contains(id);
        }

        private String addressed(String message, String owner) {
            return user.isEmpty() ? withOwner(message, owner) : message;
        }

        private void tell(Told it, boolean numbered) {
            if (sees(it.user) && isAbout(it.id)) {
                send((numbered ? "id: " + it.number + "\n" : "") + "event: message\ndata: "
                        + addressed(it.message, it.user) + "\n\n");
            }
        }

        private void message(String data) {
            send("event: message\ndata: " + data + "\n\n");
        }

        private void send(String text) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            write(Integer.toHexString(bytes.length) + "\r\n" + text + "\r\n");
        }

        private void end() {
            write("0\r\n\r\n");
            cut();
        }

        private void cut() {
            quietly(socket::close);
        }

        private void write(String text) {
            try {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // the reader left; whoever serves the socket will notice
            }
        }
    }
}

/**
 * Server-Sent Events for Jakarta EE, both ends: the interfaces of {@code jakarta.ws.rs.sse} without a thread per
 * stream, without blocking a sender, and to the letter of the HTML standard's section 9.2. It needs Jakarta REST,
 * Jakarta Servlet and {@code java.net.http}, and nothing else.
 *
 * <h2>Reading a stream over HTTP</h2>
 *
 * <p>{@link imagegen.sse.HttpEventSources} holds what all sources share; make one for an application. A source stays
 * connected by itself, resumes with {@code Last-Event-ID}, notices silence, and says where it is.
 *
 * <pre>{@code
 * var sources = new HttpEventSources(
 *         () -> HttpClient.newBuilder().executor(managedExecutor).connectTimeout(Duration.ofSeconds(5)).build(),
 *         managedExecutor, managedScheduler);
 *
 * var source = sources.source(URI.create("https://example.org/events"))
 *         .bearerToken(() -> Optional.of(tokens.current()))     // asked at each connect
 *         .silenceTimeout(Duration.ofSeconds(30))
 *         .observer(new EventSourceObserver() {
 *             public void stateChanged(ConnectionState state) {
 *                 if (state instanceof ConnectionState.Waiting waiting) {
 *                     log("back in " + waiting.delay() + " after " + waiting.reason());
 *                 }
 *             }
 *         })
 *         .build();
 * source.register(event -> handle(event.getName(), event.readData()), error -> log(error), () -> log("ended"));
 * source.open();                                                // returns at once
 * ...
 * source.close();                                               // the socket is closed when this returns
 * }</pre>
 *
 * <p>An idle source costs 26 KB of heap, of which the client's read buffer is 16; {@code -Djdk.httpclient.bufsize=4096}
 * on the command line makes it 13 KB in all.
 *
 * <p>When to come back, and when not to, is a value: {@link imagegen.sse.Backoff} or a
 * {@link imagegen.sse.ReconnectPolicy} of your own.
 *
 * <p>The builder is not registered as the JAX-RS provider behind {@code SseEventSource.target(...)}: it would have to
 * invent a client and threads that the container does not know, and would change that call for every other library of
 * the application. {@code sources.builder().target(webTarget)} takes a target's address.
 *
 * <h2>Reading a stream from anywhere else</h2>
 *
 * <p>{@link imagegen.sse.EventStreamParser} takes bytes in any chunks and knows nothing of HTTP.
 *
 * <pre>{@code
 * var parser = new EventStreamParser(EventStreamParser.Limits.DEFAULT, listener);
 * while ((count = in.read(buffer)) >= 0) {
 *     parser.parse(buffer, 0, count);          // calls listener.onEvent for each complete event
 * }
 * }</pre>
 *
 * <h2>Sending events from a resource</h2>
 *
 * <p>{@link imagegen.sse.AsyncSse} holds what all sinks share; make one for an application. The resource asks JAX-RS to
 * suspend the request and takes the servlet's asynchronous context.
 *
 * <pre>{@code
 * var sse = new AsyncSse();
 * var broadcaster = sse.newBroadcaster();
 *
 * @GET
 * @Path("news")
 * public void news(@Suspended AsyncResponse suspended, @Context HttpServletRequest request) throws IOException {
 *     var sink = sse.sink(request.getAsyncContext(), suspended).open();
 *     sink.onClose(end -> log("ended: " + end));
 *     sink.send(sse.newEventBuilder().name("hello").data("world").build());
 *     broadcaster.register(sink);
 * }
 *
 * void publish(String id, String news) {
 *     broadcaster.broadcast(sse.newEventBuilder().id(id).data(news).build());    // encoded once, waits for nobody
 * }
 * }</pre>
 *
 * <p>Every servlet filter in front of such a resource needs {@code asyncSupported = true}, and nothing may compress it.
 * Somebody who has a clock looks at {@code sink.stalledFor} now and then, and closes whoever takes nothing.
 *
 * <h2>Sending without a queue for each client</h2>
 *
 * <p>An application that can say for each client where it is in a common log needs no queue: it asks the sink whether
 * the client can take more before it looks for what comes next. Several events in one list travel in one write.
 *
 * <pre>{@code
 * var sink = sse.sink(request.getAsyncContext(), suspended);
 * sink.open(() -> executor.execute(reader::move));              // one move at a time
 *
 * void move() {
 *     while (cursor.hasNext() && sink.ready()) {
 *         sink.send(cursor.next());
 *     }
 * }
 * }</pre>
 *
 * <p>{@link imagegen.sse.NonBlockingOutput} is the same for bytes that are no events.
 */
package imagegen.sse;

package imagegen.sse;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What {@link SseInContainerIT} deploys: streams that it can write to, and a list of how they ended. */
@ApplicationPath("/")
public class SinkApplication extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(Streams.class);
    }

    /** One application for the life of the server, so nothing here is ever shut down. */
    @Path("streams")
    public static class Streams {

        private static final ScheduledExecutorService SCHEDULER = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "watchdog");
            thread.setDaemon(true);
            return thread;
        });
        private static final AsyncSse SSE = new AsyncSse(new EventEncoder(), 8 << 20);
        private static final Duration STALL = Duration.ofSeconds(2);
        private static final AsyncEventBroadcaster BROADCASTER = SSE.newBroadcaster();
        private static final Map<String, AsyncEventSink> SINKS = new ConcurrentHashMap<>();
        private static final List<String> ENDS = new CopyOnWriteArrayList<>();

        static {
            SCHEDULER.scheduleAtFixedRate(() -> SINKS.values().stream()
                    .filter(sink -> sink.stalledFor(System.nanoTime()) > STALL.toNanos())
                    .forEach(sink -> sink.close(new OutputEnd.Stalled(STALL))), 1, 1, TimeUnit.SECONDS);
        }

        @GET
        public void open(@QueryParam("name") String name, @Suspended AsyncResponse suspended,
                @Context HttpServletRequest request) throws IOException {
            var sink = SSE.sink(request.getAsyncContext(), suspended).open();
            sink.onClose(end -> ENDS.add(name + " " + end.getClass().getSimpleName()));
            BROADCASTER.register(sink);
            SINKS.put(name, sink);
        }

        /** @return the longest time in ms that one broadcast took */
        @POST
        public long broadcast(@QueryParam("count") int count, @QueryParam("size") int size) {
            long longest = 0;
            for (int i = 0; i < count; i++) {
                long begun = System.nanoTime();
                BROADCASTER.broadcast(SSE.newEventBuilder().id(Integer.toString(i)).data("x".repeat(size)).build());
                longest = Math.max(longest, System.nanoTime() - begun);
            }
            return longest / 1_000_000;
        }

        @DELETE
        public void close(@QueryParam("name") String name) {
            SINKS.remove(name).close();
        }

        /** @return those that a broadcast reaches from now on */
        @GET
        @Path("names")
        public String names() {
            return String.join("\n", SINKS.keySet());
        }

        @GET
        @Path("ends")
        public String ends() {
            return String.join("\n", ENDS);
        }
    }
}

package imagegen.embedded;

import imagegen.embedded.drawing.Drawing;
import imagegen.embedded.drawing.Sketch;
import imagegen.embedded.drawing.Style;
import imagegen.embedded.drawing.Work;
import imagegen.update.Failure;
import imagegen.update.Image;
import imagegen.update.Progress;
import imagegen.update.RequestId;
import imagegen.update.Success;
import imagegen.update.Update;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The requests of all users, from acceptance to their end.
 *
 * <pre>
 *   submit --&gt; QUEUED --worker free--&gt; DRAWING --drawn--&gt; OK
 *                 |                       |  \--prompt says so, or a fault--&gt; ERROR
 *                 +--------cancel---------+--&gt; ERROR "Cancelled"
 * </pre>
 *
 * <p>Every step is an update in the {@link Feed}; after OK or ERROR there is none. Queue, workers, requests of a user
 * and remembered requests are bounded. Any thread; only the executor's threads draw.
 */
final class Jobs {

    /** What becomes of a submission. */
    sealed interface Receipt {
        record Accepted(RequestId request) implements Receipt {
        }

        /** The key was used for another order. */
        record Conflict() implements Receipt {
        }

        /** This user has too many unfinished requests. */
        record TooMany() implements Receipt {
        }

        /** The queue is full, or the backend is about to stop. */
        record Busy() implements Receipt {
        }
    }

    /** The plan's example of an error. */
    static final String FAILURE = "Invalid status code: 422";
    static final String CANCELLED = "Cancelled";

    private static final System.Logger LOG = System.getLogger(Jobs.class.getName());
    private static final Duration BETWEEN_REPORTS = Duration.ofMillis(100);
    private static final double FAILS_AT = 0.4;
    private static final int THUMBNAIL_SIDE = 384;
    private static final int MOST_REMEMBERED = 2_000;

    private final Settings settings;
    private final Executor executor;
    private final Clock clock;
    private final Feed feed;
    private final Gallery gallery;
    private final Function<String, String> imageUrl;

    /** Oldest first. Guarded by this, as are all below. */
    private final Map<RequestId, Job> jobs = new LinkedHashMap<>();
    private final Map<Key, Job> byKey = new HashMap<>();
    private final Deque<Job> queue = new ArrayDeque<>();
    private int drawing;
    private boolean closed;

    /** @param imageUrl makes a URL from a picture's file name */
    Jobs(Settings settings, Executor executor, Clock clock, Feed feed, Gallery gallery,
            Function<String, String> imageUrl) {
        this.settings = settings;
        this.executor = executor;
        this.clock = clock;
        this.feed = feed;
        this.gallery = gallery;
        this.imageUrl = imageUrl;
    }

    /** @param idempotencyKey repeated with the same order, it names the same request */
    Receipt submit(String user, Order order, Optional<String> idempotencyKey) {
        Optional<Key> key = idempotencyKey.map(text -> new Key(user, text));
        Job job;
        synchronized (this) {
            forgetTheOld();
            Optional<Job> earlier = key.map(byKey::get);
            if (earlier.isPresent()) {
                return earlier.get().order.equals(order)
                    ? new Receipt.Accepted(earlier.get().request) : new Receipt.Conflict();
            }
            if (closed || queue.size() >= settings.queue()) {
                return new Receipt.Busy();
            }
            if (jobs.values().stream().filter(it -> !it.ended && it.user.equals(user)).count()
                    >= settings.requestsPerUser()) {
                return new Receipt.TooMany();
            }
            job = new Job(new RequestId(UUID.randomUUID().toString()), user, order, key);
            jobs.put(job.request, job);
            key.ifPresent(it -> byKey.put(it, job));
            queue.add(job);
            feed.post(user, queued(job, queue.size() - 1));
        }
        feed.ring(user);
        employ();
        return new Receipt.Accepted(job.request);
    }

    /** The last update of a request. */
    Optional<Feed.Item> latest(RequestId request) {
        return feed.latest(request);
    }

    /** Ends a request, if it has not ended yet. */
    void cancel(RequestId request) {
        Job job;
        List<Job> waiting;
        synchronized (this) {
            job = jobs.get(request);
            if (job == null) {
                return;
            }
            waiting = queue.remove(job) ? moveUp() : List.of();
        }
        waiting.forEach(it -> feed.ring(it.user));
        end(job, Failure.of(request, CANCELLED));
    }

    /** Ends all requests; takes no more. */
    void close() {
        List<Job> all;
        synchronized (this) {
            closed = true;
            queue.clear();
            all = List.copyOf(jobs.values());
        }
        all.forEach(job -> end(job, Failure.of(job.request, CANCELLED)));
    }

    private void employ() {
        for (Optional<Job> next = next(); next.isPresent(); next = next()) {
            Job job = next.get();
            try {
                executor.execute(() -> work(job));
            } catch (RejectedExecutionException e) {
                LOG.log(Level.WARNING, "No thread to draw on", e);
                end(job, Failure.of(job.request, "The backend is overloaded"));
                leave();
                return;
            }
        }
    }

    private Optional<Job> next() {
        Job next;
        List<Job> waiting;
        synchronized (this) {
            if (drawing >= settings.workers() || queue.isEmpty()) {
                return Optional.empty();
            }
            drawing++;
            next = queue.poll();
            waiting = moveUp();
        }
        waiting.forEach(job -> feed.ring(job.user));
        return Optional.of(next);
    }

    /** Tells whoever waits how many are left before them; held by this, and to be rung for once it is not. */
    private List<Job> moveUp() {
        int ahead = 0;
        for (Job job : queue) {
            feed.post(job.user, queued(job, ahead++));
        }
        return List.copyOf(queue);
    }

    private static Progress queued(Job job, int ahead) {
        return new Progress(job.request, Optional.of(ahead == 0 ? "Queued" : "Queued, " + ahead + " ahead"),
            OptionalDouble.of(0), List.of());
    }

    private synchronized void leave() {
        drawing--;
    }

    private void work(Job job) {
        try {
            end(job, draw(job));
        } catch (CancellationException e) {
            // By now it has ended, unless it was the thread that was told to stop.
            end(job, Failure.of(job.request, CANCELLED));
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.log(Level.ERROR, "Drawing " + job.request + " failed", e);
            end(job, Failure.of(job.request, "The picture could not be drawn"));
        } finally {
            leave();
            employ();
        }
    }

    private Update draw(Job job) {
        List<Image> done = new ArrayList<>();
        long seed = job.order.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong(Drawing.LARGEST_SEED + 1));
        for (int index = 0; index < job.order.count(); index++) {
            Drawing picture = job.order.drawing(seed, index);
            var easel = new Easel(job, index, List.copyOf(done), picture.style().orElseThrow());
            byte[] png = picture.png(new Work(easel::at), easel.sketch);
            done.add(hung(picture, png, easel.sketch.small(THUMBNAIL_SIDE).orElseThrow(), fileName(picture, index)));
        }
        return Success.of(job.request, done);
    }

    private Image hung(Drawing picture, byte[] png, Sketch.Small small, String fileName) {
        String url = imageUrl.apply(gallery.hang(Picture.png(png, small.jpeg())) + ".png");
        return new Image(url, Picture.PNG, fileName, png.length, picture.width(), picture.height())
            .withThumbnail(url + "?size=small").withSeed(picture.seed());
    }

    /** A step of a request that has not ended; answers whether it goes on. */
    private boolean step(Job job, Progress progress) {
        synchronized (this) {
            if (job.ended) {
                return false;
            }
            feed.post(job.user, progress);
        }
        feed.ring(job.user);
        return true;
    }

    private void end(Job job, Update terminal) {
        synchronized (this) {
            if (job.ended) {
                return;
            }
            job.ended = true;
            job.endedAt = clock.instant();
            feed.post(job.user, terminal);
        }
        job.over.countDown();
        feed.ring(job.user);
    }

    private void forgetTheOld() {
        Instant oldest = clock.instant().minus(settings.keep());
        for (Iterator<Job> all = jobs.values().iterator(); all.hasNext();) {
            Job job = all.next();
            if (job.ended && (job.endedAt.isBefore(oldest) || jobs.size() >= MOST_REMEMBERED)) {
                all.remove();
                job.key.ifPresent(byKey::remove);
                feed.forget(job.request);
            }
        }
    }

    private static String fileName(Drawing picture, int index) {
        String words = picture.prompt().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String name = words.substring(0, Math.min(words.length(), 40)).replaceAll("-$", "");
        return (name.isEmpty() ? "image" : name) + '-' + picture.style().map(Style::label).orElseThrow() + '-'
            + (index + 1) + ".png";
    }

    private record Key(String user, String text) {
    }

    private static final class Job {
        private final RequestId request;
        private final String user;
        private final Order order;
        private final Optional<Key> key;
        /** Opens when the job has ended, for whoever is waiting in it. */
        private final CountDownLatch over = new CountDownLatch(1);
        /** Guarded by the jobs, as is the next. */
        private boolean ended;
        private Instant endedAt = Instant.MIN;

        private Job(RequestId request, String user, Order order, Optional<Key> key) {
            this.request = request;
            this.user = user;
            this.order = order;
            this.key = key;
        }
    }

    /** Watches one picture being drawn: reports, keeps the pace, and says when to stop. Confined to its worker. */
    private final class Easel {
        private final Job job;
        private final int index;
        private final List<Image> done;
        private final Previews previews = new Previews(gallery, name -> imageUrl.apply(name + ".jpg"), clock);
        private final Sketch sketch = new Sketch();
        private final String words;
        private final Duration pace;
        private final long started = System.nanoTime();
        private Instant nextReport = Instant.MIN;

        private Easel(Job job, int index, List<Image> done, Style style) {
            this.job = job;
            this.index = index;
            this.done = done;
            this.pace = job.order.slow() ? settings.slowPace() : settings.pace();
            this.words = job.order.count() == 1 ? "Drawing " + style.label()
                : "Drawing " + style.label() + ", " + (index + 1) + " of " + job.order.count();
        }

        private boolean at(double fraction) {
            if (job.order.fails() && fraction >= FAILS_AT) {
                end(job, Failure.of(job.request, FAILURE));
                return false;
            }
            return report(fraction) && keepsPace(fraction);
        }

        private boolean report(double fraction) {
            Instant now = clock.instant();
            if (fraction < 1 && now.isBefore(nextReport)) {
                return true;
            }
            nextReport = now.plus(BETWEEN_REPORTS);
            double percent = Math.floor(1000 * (index + fraction) / job.order.count()) / 10;
            List<Image> images = Stream.concat(done.stream(), previews.look(sketch).stream()).toList();
            return step(job, new Progress(job.request, Optional.of(words), OptionalDouble.of(percent), images));
        }

        /** Waits until there may be more; answers whether the job is still wanted. */
        private boolean keepsPace(double fraction) {
            long wait = (long) (fraction * pace.toNanos()) - (System.nanoTime() - started);
            try {
                return wait <= 0 ? job.over.getCount() > 0 : !job.over.await(wait, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}

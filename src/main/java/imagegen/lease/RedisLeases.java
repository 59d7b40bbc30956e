package imagegen.lease;

import imagegen.redis.Redis;
import imagegen.redis.Script;
import imagegen.time.Time;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Leases in a Redis that the nodes share. A node counts as alive for four seconds after it has said so last, which it
 * does every second; whatever it holds is another's to take then. What is given up is told at once.
 *
 * <p>Redis' clock decides, none of a node's. A node that was paused believes that it holds what it held until it has
 * asked; its fences tell the store better.
 */
public final class RedisLeases implements Leases, Redis.Listener {

    private static final Script CLAIM = Script.of(RedisLeases.class, "claim.lua");
    private static final Duration LIFE = Duration.ofSeconds(4);
    /** For how long it is known where a holder had come to. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final Duration RENEWED = Duration.ofMinutes(4);
    /** So that no script keeps Redis from others for longer than about a millisecond. */
    private static final int AT_ONCE = 256;
    private static final String LANE = "leases";

    private final Redis redis;
    private final Time time;
    private final Duration lasts;
    private final String channel;
    /** Another after each time that Redis was out of reach: what was held before is nobody's. */
    private volatile Life life = new Life(UUID.randomUUID().toString(), "");
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, Claim> claims = new ConcurrentHashMap<>();
    private final List<RedisCounts> counts = new CopyOnWriteArrayList<>();
    private volatile boolean stopping;

    // The ticking thread
    private long askedAt;
    private boolean asked;

    public RedisLeases(Redis redis, Time time) {
        this(redis, time, LIFE);
    }

    /** @param lasts how long a node counts as alive after a sign of life; it gives one four times in that */
    RedisLeases(Redis redis, Time time, Duration lasts) {
        this.redis = redis;
        this.time = time;
        this.lasts = lasts;
        this.channel = redis.name("leases");
        redis.subscribe(channel, this);
        redis.watch(state -> {
            if (state.up()) {
                // Until it is known who has what, each goes on with what it does
                ask(claims.values());
            } else {
                life = new Life(UUID.randomUUID().toString(), life.node);
                claims.values().forEach(Claim::goOnAlone);
            }
        });
    }

    @Override
    public Lease of(String name) {
        String key = redis.name("lease:" + URLEncoder.encode(name, StandardCharsets.UTF_8));
        Claim claim = new Claim(key);
        claims.put(key, claim);
        return claim;
    }

    @Override
    public Deeds deeds(Duration age, int most) {
        return new RedisDeeds(redis, () -> life.node, age, most);
    }

    @Override
    public Counts counts(String name) {
        RedisCounts of = new RedisCounts(redis, () -> life.node, name);
        counts.add(of);
        return of;
    }

    @Override
    public void tick() {
        if (!redis.state().up()) {
            return;
        }
        if (asked && !time.passed(lasts.dividedBy(4), askedAt)) {
            List<Claim> news = claims.values().stream().filter(Claim::hasNews).toList();
            if (!news.isEmpty()) {
                ask(news);
            }
            return;
        }
        asked = true;
        askedAt = time.nanos();
        ask(claims.values().stream().filter(Claim::due).toList());
        List<Question> moves = claims.values().stream().flatMap(claim -> claim.moves().stream()).toList();
        if (!moves.isEmpty()) {
            redis.afterAll(() -> put(moves));
        }
    }

    @Override
    public void giveUp() {
        stopping = true;
        List.copyOf(claims.values()).forEach(Claim::close);
    }

    /** What was given up while nobody listened is found at the next tick. */
    @Override
    public void listening() {
        // Nothing to make up for
    }

    /** A lease was given up. */
    @Override
    public void heard(byte[] message) {
        Optional.ofNullable(claims.get(text(message))).filter(Claim::due).ifPresent(claim -> ask(List.of(claim)));
    }

    /** Says that this node lives, also where there is nothing to ask about. */
    private void ask(Collection<Claim> about) {
        put(about.stream().map(Claim::question).toList());
    }

    private void put(List<Question> all) {
        int from = 0;
        do {
            int to = Math.min(all.size(), from + AT_ONCE);
            putAtOnce(all.subList(from, to));
            from = to;
        } while (from < all.size());
    }

    private void putAtOnce(List<Question> questions) {
        Life now = life;
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> words = new ArrayList<>();
        keys.add(Redis.utf8(redis.name("node:" + now.node)));
        for (String word : List.of(redis.name("node:"), Long.toString(lasts.toMillis()),
                Long.toString(REMEMBERED.toMillis()), channel, now.before)) {
            words.add(Redis.utf8(word));
        }
        for (Question question : questions) {
            keys.add(Redis.utf8(question.claim.key));
            for (String word : List.of(question.word, question.wish.word, question.note, question.place)) {
                words.add(Redis.utf8(word));
            }
        }
        redis.run(CLAIM, LANE, keys.toArray(byte[][]::new), words.toArray(byte[][]::new), (answer, failure) -> {
            if (failure == null) {
                answered(questions, (List<?>) answer);
            }
        });
    }

    private void answered(List<Question> questions, List<?> answer) {
        for (int i = 0; i < questions.size(); i++) {
            questions.get(i).claim.answered(questions.get(i), text(answer.get(1 + 3 * i)),
                    text(answer.get(2 + 3 * i)), text(answer.get(3 + 3 * i)));
        }
        if (text(answer.get(0)).equals("0")) {
            // This node was taken for dead, or is new: others may have taken what it had, and forgotten what it told
            ask(claims.values());
            counts.forEach(RedisCounts::tellAll);
        }
    }

    private String claim() {
        return life.node + ':' + numbers.incrementAndGet();
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private enum Standing {
        UNKNOWN, OURS, ELSEWHERE,
        /** Redis can't be asked. */
        ALONE
    }

    private enum Wish {
        /** To have it, if nobody does. */
        TAKE("take"),
        /** To tell where it has come to, if this node still has it. */
        KEEP("keep"),
        LEAVE("leave");

        private final String word;

        Wish(String word) {
            this.word = word;
        }
    }

    private record Life(String node, String before) {
    }

    /** What is asked about a claim that was made with a word. */
    private record Question(Claim claim, String word, Wish wish, String note, String place) {
    }

    private final class Claim implements Lease {

        private final String key;

        // Guarded by this
        private boolean wanted;
        private Standing standing = Standing.UNKNOWN;
        /** Another each time that it is taken. */
        private String word;
        private Fence fence;
        private String ourNote = "";
        private String ourPlace = "";
        private String toldNote = "";
        private String toldPlace = "";
        private long toldAt = time.nanos();
        private String holder = "";
        private String note = "";
        private String place = "";

        Claim(String key) {
            this.key = key;
            renew();
        }

        @Override
        public synchronized void wanted(boolean nowWanted) {
            if (wanted == nowWanted || stopping && nowWanted) {
                return;
            }
            wanted = nowWanted;
            if (redis.state().up()) {
                ask(List.of(this));
            } else {
                standing = Standing.ALONE;
            }
            if (!wanted) {
                renew();
            }
        }

        @Override
        public synchronized boolean ours() {
            return wanted && (standing == Standing.OURS || standing == Standing.ALONE);
        }

        @Override
        public synchronized Fence fence() {
            return standing == Standing.ALONE ? Fence.NONE : fence;
        }

        @Override
        public synchronized void tell(String nowNote, String nowPlace) {
            ourNote = nowNote;
            ourPlace = nowPlace;
        }

        @Override
        public synchronized String holder() {
            return standing != Standing.ELSEWHERE ? "" : holder + ' ' + note;
        }

        @Override
        public synchronized String note() {
            return standing != Standing.ELSEWHERE ? "" : note;
        }

        @Override
        public synchronized String place() {
            return place;
        }

        @Override
        public synchronized void close() {
            wanted(false);
            claims.remove(key, this);
        }

        /** Whoever has it can't be asked. */
        synchronized void goOnAlone() {
            renew();
            standing = Standing.ALONE;
        }

        /** What was held with the last word is not any more, as far as this node knows. */
        private void renew() {
            word = claim();
            fence = Fence.of(key, word);
            standing = Standing.UNKNOWN;
            toldPlace = "";
        }

        synchronized boolean hasNews() {
            return standing == Standing.OURS && !ourNote.equals(toldNote);
        }

        synchronized boolean due() {
            return wanted && (standing != Standing.OURS || hasNews() || time.passed(RENEWED, toldAt));
        }

        synchronized Optional<Question> moves() {
            if (standing != Standing.OURS || ourPlace.equals(toldPlace)) {
                return Optional.empty();
            }
            toldPlace = ourPlace;
            return Optional.of(new Question(this, word, Wish.KEEP, ourNote, ourPlace));
        }

        synchronized Question question() {
            toldNote = ourNote;
            toldAt = time.nanos();
            return new Question(this, word, wanted ? Wish.TAKE : Wish.LEAVE, ourNote, "");
        }

        synchronized void answered(Question question, String itsHolder, String itsNote, String itsPlace) {
            boolean granted = itsHolder.equals(question.word);
            if (!wanted || !question.word.equals(word)) {
                if (granted) {
                    // Nobody wants it under that word any more
                    put(List.of(new Question(this, question.word, Wish.LEAVE, "", "")));
                }
                return;
            }
            if (granted) {
                standing = Standing.OURS;
            } else {
                if (standing == Standing.OURS) {
                    renew();
                }
                standing = Standing.ELSEWHERE;
            }
            holder = itsHolder;
            note = itsNote;
            place = itsPlace;
        }
    }
}

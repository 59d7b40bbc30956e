package imagegen.simulation;

import imagegen.log.Retention;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What a world is like from its beginning.
 *
 * @param stream  {@code per-user}, {@code per-request} or {@code shared}
 * @param replays whether the backend tells the last message of every request when a stream opens
 * @param tight   whether the log's limits of count and bytes are so low that results fall out
 * @param streams how many streams one user may have
 */
record Setup(String stream, boolean replays, Retention retention, boolean tight, int streams) {

    /**
     * Whether there is so little room for all users together that a log may have to forget even which requests it has
     * dropped: then their ends are told again when somebody names them, and who was told of a gap has to ask.
     */
    boolean forgetful() {
        return retention.totalBytes() < 1 << 20;
    }

    static Setup of(RandomGenerator random) {
        String stream = switch (random.nextInt(6)) {
            case 0 -> "per-request";
            case 1, 2 -> "shared";
            default -> "per-user";
        };
        Duration age = Duration.ofSeconds(random.nextInt(3) == 0 ? 300 : 45);
        Retention usual = new Retention(256, 1 << 20, age, 512L << 20);
        Retention retention = switch (random.nextInt(8)) {
            case 0 -> new Retention(3, 1 << 20, age, 512L << 20);
            case 1 -> new Retention(256, 1200, age, 512L << 20);
            case 2 -> new Retention(256, 2000, age, 2000);
            default -> usual;
        };
        return new Setup(stream, random.nextBoolean(), retention, retention != usual, random.nextInt(6) == 0 ? 2 : 16);
    }
}

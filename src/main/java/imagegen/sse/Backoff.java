package imagegen.sse;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Exponential backoff with full jitter: a random time up to {@code base}, then up to twice that, and so on up to
 * {@code cap}. What the server asked for ({@code Retry-After} of this answer, otherwise {@code retry}) comes on top, so
 * that no client is earlier than asked and not all of them come at once.
 *
 * <p>A connection that stayed open for {@code steadyAfter} starts the series anew; whether it brought anything does not
 * matter, since a server that says one thing and hangs up would otherwise be asked without a pause. Only an answer that
 * says so is final: 204, 401, 403 and 410. Everything else may heal by itself.
 *
 * @param longestAsked the most that a server is believed when it asks to be left alone
 * @param failures in a row so far
 * @param random uniform in [0, 1)
 */
public record Backoff(Duration base, Duration cap, Duration longestAsked, Duration steadyAfter, int failures,
        DoubleSupplier random) implements ReconnectPolicy {

    /** Up to 0.5 s, doubling up to 30 s, believing a server up to 5 min; steady after 10 s. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30),
            Duration.ofMinutes(5), Duration.ofSeconds(10));

    public Backoff(Duration base, Duration cap, Duration longestAsked, Duration steadyAfter) {
        this(base, cap, longestAsked, steadyAfter, 0, () -> ThreadLocalRandom.current().nextDouble());
    }

    public Backoff {
        if (base.isNegative() || cap.compareTo(base) < 0 || longestAsked.isNegative() || failures < 0) {
            throw new IllegalArgumentException("wanted 0 <= base <= cap and 0 <= longestAsked");
        }
    }

    @Override
    public Decision decide(Disruption disruption, Life life) {
        if (isFinal(disruption)) {
            return new Decision.GiveUp();
        }
        boolean steady = life.open().compareTo(steadyAfter) >= 0;
        int series = steady ? 0 : failures;
        long ceiling = Math.min(cap.toMillis(), base.toMillis() << Math.min(series, 20));
        var asked = askedBy(disruption).or(life::asked).orElse(Duration.ZERO);
        var floor = asked.compareTo(longestAsked) > 0 ? longestAsked : asked;
        var delay = floor.plusMillis((long) (random.getAsDouble() * ceiling));
        return new Decision.Retry(delay,
                new Backoff(base, cap, longestAsked, steadyAfter, Math.min(series, 1000) + 1, random));
    }

    private static boolean isFinal(Disruption disruption) {
        return switch (disruption) {
            case Disruption.NoContent none -> true;
            case Disruption.Status answer -> switch (answer.status()) {
                case 401, 403, 410 -> true;
                default -> false;
            };
            case Disruption.EndOfStream end -> false;
            case Disruption.Broken broken -> false;
            case Disruption.Unreachable unreachable -> false;
            case Disruption.OpenTimeout timeout -> false;
            case Disruption.Silence silence -> false;
            case Disruption.WrongContentType wrong -> false;
            case Disruption.Encoded encoded -> false;
            case Disruption.BadRedirect bad -> false;
        };
    }

    private static Optional<Duration> askedBy(Disruption disruption) {
        return disruption instanceof Disruption.Status answer ? answer.retryAfter() : Optional.empty();
    }
}

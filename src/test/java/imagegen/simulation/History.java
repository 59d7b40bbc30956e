package imagegen.simulation;

import imagegen.rollout.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** What happens to one world. */
record History(long seed, List<Step> steps) {

    private static final Transport[] TRANSPORTS = Transport.values();

    /** The history that this seed makes, always the same. */
    static History of(long seed) {
        Random random = new Random(seed * 31 + 7);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Open(0, Transport.SSE, true, 0));
        steps.add(new Step.Submit(0));
        int length = 8 + random.nextInt(40);
        while (steps.size() < length) {
            steps.add(step(random));
            if (random.nextInt(3) > 0) {
                steps.add(new Step.Pass(pause(random)));
            }
        }
        return new History(seed, steps);
    }

    /** From a moment to minutes, short ones most of all. */
    private static Duration pause(RandomGenerator random) {
        return Duration.ofMillis((long) Math.exp(random.nextDouble() * 11.5));
    }

    /** Something that may happen, and how often compared with the others. */
    private record Chance(int weight, BiFunction<RandomGenerator, Integer, Step> step) {
    }

    // Each gets a number for whom it happens to
    private static final List<Chance> CHANCES = List.of(
            new Chance(11, (random, any) -> new Step.Submit(any)),
            new Chance(10, (random, any) -> new Step.Progress(any)),
            new Chance(11, (random, any) -> new Step.End(any, random.nextInt(3) > 0)),
            new Chance(6, (random, any) -> new Step.Lie(any, random.nextInt(5))),
            new Chance(4, (random, any) -> new Step.Cut()),
            new Chance(6, (random, any) -> new Step.Serve(one(random, SimulatedBackend.Streams.values()))),
            new Chance(5, (random, any) -> new Step.Answer(one(random, SimulatedBackend.Statuses.values()))),
            new Chance(2, (random, any) -> new Step.Restart(random.nextInt(3) == 0)),
            new Chance(2, (random, any) -> new Step.RefuseOnce()),
            new Chance(8, (random, any) -> new Step.Open(any, one(random, TRANSPORTS), random.nextBoolean(),
                    random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0)),
            new Chance(4, (random, any) -> new Step.Leave(any, random.nextInt(4))),
            new Chance(6, (random, any) -> new Step.Return(any, random.nextBoolean() ? Step.Presented.LAST
                    : one(random, Step.Presented.values()))),
            new Chance(3, (random, any) -> new Step.Stall(any)),
            new Chance(3, (random, any) -> new Step.Take(any)),
            new Chance(3, (random, any) -> new Step.Switch(any, one(random, TRANSPORTS))),
            new Chance(2, (random, any) -> new Step.Widen(any)),
            new Chance(2, (random, any) -> new Step.Ask(any, random.nextInt(1000))),
            new Chance(2, (random, any) -> new Step.Cancel(any, random.nextInt(1000))),
            new Chance(3, (random, any) -> new Step.Renew(any, lifetime(random))),
            new Chance(2, (random, any) -> new Step.SignOut(any)),
            new Chance(2, (random, any) -> new Step.SignIn(any, lifetime(random))),
            new Chance(2, (random, any) -> new Step.Flag(one(random, TRANSPORTS))),
            new Chance(1, (random, any) -> new Step.Redeploy(Duration.ofMillis(random.nextInt(20_000)))),
            new Chance(2, (random, any) -> new Step.Jump(Duration.ofSeconds(random.nextInt(240) - 120))));

    private static final int ALL = CHANCES.stream().mapToInt(Chance::weight).sum();

    private static Step step(RandomGenerator random) {
        int any = random.nextInt(1000);
        int drawn = random.nextInt(ALL);
        for (Chance chance : CHANCES) {
            drawn -= chance.weight;
            if (drawn < 0) {
                return chance.step.apply(random, any);
            }
        }
        throw new AssertionError("more was drawn than there is");
    }

    private static Duration lifetime(RandomGenerator random) {
        return Duration.ofSeconds(5 + random.nextInt(200));
    }

    private static <T> T one(RandomGenerator random, T[] all) {
        return all[random.nextInt(all.length)];
    }

    /** A promise that this history breaks. */
    record Failure(Promise promise, String what) {
    }

    /** Lets it happen; answers what was violated, if anything was. */
    Optional<Failure> play() {
        World world = new World(seed);
        int at = 0;
        try {
            for (; at < steps.size(); at++) {
                world.perform(steps.get(at));
            }
            world.calmDown();
            at++;
            world.everybodyGoes();
            return Optional.empty();
        } catch (Violation violation) {
            String when = at < steps.size() ? "in step " + (at + 1) : at == steps.size() ? "when all had calmed down"
                    : "when all had gone";
            return Optional.of(new Failure(violation.promise(), violation.getMessage() + ", " + when));
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            text.append("%n%4d  %s".formatted(i + 1, steps.get(i)));
        }
        return text.toString();
    }
}

package imagegen.simulation;

import imagegen.rollout.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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

    private static Step step(RandomGenerator random) {
        int any = random.nextInt(1000);
        int kind = random.nextInt(100);
        if (kind < 14) {
            return new Step.Submit(any);
        } else if (kind < 26) {
            return new Step.Progress(any);
        } else if (kind < 38) {
            return new Step.End(any, random.nextInt(3) > 0);
        } else if (kind < 41) {
            return new Step.Lie(any, random.nextInt(5));
        } else if (kind < 45) {
            return new Step.Cut();
        } else if (kind < 51) {
            return new Step.Serve(one(random, SimulatedBackend.Streams.values()));
        } else if (kind < 56) {
            return new Step.Answer(one(random, SimulatedBackend.Statuses.values()));
        } else if (kind < 58) {
            return new Step.Restart(random.nextInt(3) == 0);
        } else if (kind < 60) {
            return new Step.RefuseOnce();
        } else if (kind < 68) {
            return new Step.Open(any, one(random, TRANSPORTS), random.nextBoolean(),
                    random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0);
        } else if (kind < 72) {
            return new Step.Leave(any, random.nextInt(4));
        } else if (kind < 78) {
            return new Step.Return(any, random.nextBoolean() ? Step.Presented.LAST
                    : one(random, Step.Presented.values()));
        } else if (kind < 81) {
            return new Step.Stall(any);
        } else if (kind < 84) {
            return new Step.Take(any);
        } else if (kind < 87) {
            return new Step.Switch(any, one(random, TRANSPORTS));
        } else if (kind < 89) {
            return new Step.Ask(any, random.nextInt(1000));
        } else if (kind < 92) {
            return new Step.Renew(any, Duration.ofSeconds(5 + random.nextInt(200)));
        } else if (kind < 94) {
            return new Step.SignOut(any);
        } else if (kind < 96) {
            return new Step.SignIn(any, Duration.ofSeconds(5 + random.nextInt(200)));
        } else if (kind < 98) {
            return new Step.Flag(one(random, TRANSPORTS));
        } else {
            return new Step.Jump(Duration.ofSeconds(random.nextInt(240) - 120));
        }
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

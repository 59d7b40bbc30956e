package imagegen.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a client knows at one cursor: all that it was told without a gap. */
final class Memory {

    /** Where it goes on from; empty before the first update. */
    Optional<String> cursor = Optional.empty();
    /** Requests that have ended, and how. */
    final Map<String, String> ended = new HashMap<>();
    /** Requests that are said to have failed, which is only the gateway's guess. */
    final Set<String> guessed = new HashSet<>();
    final Map<String, Integer> percent = new HashMap<>();
    /** Up to where it may have missed how a request got on, because it knows of a gap. */
    final Map<String, Integer> missed = new HashMap<>();
    /** Ends that the log had forgotten, rightly, before this client began. */
    final Set<String> excused = new HashSet<>();
    /** Ends that it may be told of again, because the log said that it has forgotten what it told. */
    final Set<String> repeatable = new HashSet<>();
    /** Requests that it waits for: it knows of them, and not of their end. */
    final Set<String> waiting = new LinkedHashSet<>();

    Memory copy() {
        Memory copy = new Memory();
        copy.cursor = cursor;
        copy.ended.putAll(ended);
        copy.guessed.addAll(guessed);
        copy.percent.putAll(percent);
        copy.missed.putAll(missed);
        copy.excused.addAll(excused);
        copy.repeatable.addAll(repeatable);
        copy.waiting.addAll(waiting);
        return copy;
    }

    /** Takes an update in; what can't be true of it is a violation. */
    void take(Said said, Optional<Job> job) {
        if (said.status().equals(ended.get(said.job())) && repeatable.remove(said.job())) {
            cursor = Optional.of(said.cursor());
            return;
        }
        if (ended.containsKey(said.job())) {
            throw new Violation(Promise.ONLY_WHAT_IS_SO, said.status() + " of " + said.job() + " follows its " + ended.get(said.job()));
        }
        switch (said.status()) {
            case "PROGRESS" -> {
                if (percent.getOrDefault(said.job(), 0) > said.percent()) {
                    throw new Violation(Promise.ONLY_WHAT_IS_SO, "progress of " + said.job() + " goes back from " + percent.get(said.job())
                            + " to " + said.percent());
                }
                percent.put(said.job(), said.percent());
                waiting.add(said.job());
                guessed.remove(said.job());
            }
            default -> {
                if (said.provisional()) {
                    guessed.add(said.job());
                    waiting.add(said.job());
                } else {
                    ended.put(said.job(), said.status());
                    guessed.remove(said.job());
                    waiting.remove(said.job());
                    if (!job.flatMap(it -> it.end).equals(Optional.of(said.status()))) {
                        throw new Violation(Promise.ONLY_WHAT_IS_SO, said.status() + " of " + said.job() + ", of which the backend says "
                                + job.flatMap(it -> it.end).orElse("nothing"));
                    }
                }
            }
        }
        cursor = Optional.of(said.cursor());
    }
}

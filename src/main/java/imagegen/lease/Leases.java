package imagegen.lease;

import java.time.Duration;

/** Who of all nodes does what only one of them should do, or only once. Any thread; nothing blocks. */
public interface Leases {

    /** @param name the same on all nodes; a node has one at a time of each name */
    Lease of(String name);

    /**
     * What is done once by all nodes; where nothing is shared, by this one.
     *
     * @param age  for how long it is remembered
     * @param most how many of a user's are remembered
     */
    default Deeds deeds(Duration age, int most) {
        return Deeds.alone();
    }

    /** @param name of what is counted; the same on all nodes */
    default Counts counts(String name) {
        return Counts.alone();
    }

    /** Renews what this node has and asks for what it wants: to be called several times a second. */
    void tick();

    /** This node is about to stop: all that it has is given up at once, and nothing is taken any more. */
    void giveUp();

    /** Of a node that shares with nobody: whatever it asks for is its own. */
    static Leases alone() {
        return new Alone();
    }
}

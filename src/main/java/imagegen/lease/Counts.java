package imagegen.lease;

/** How many of something a user has on other nodes. Any thread; nothing blocks. */
public interface Counts {

    /** As of the last time that this node told how many it has, or looked; 0 where nothing is known. */
    int elsewhere(String user);

    /** This node has so many of the user's now. Calls for one user must not overlap. */
    void here(String user, int count);

    /** Asks the other nodes again: {@link #elsewhere} may be too high. */
    void look(String user);

    /** Of a node that shares with nobody. */
    static Counts alone() {
        return new Counts() {
            @Override
            public int elsewhere(String user) {
                return 0;
            }

            @Override
            public void here(String user, int count) {
                // Nobody else counts
            }

            @Override
            public void look(String user) {
                // There is nobody to ask
            }
        };
    }
}

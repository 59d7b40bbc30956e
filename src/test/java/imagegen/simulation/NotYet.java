package imagegen.simulation;

/** What is known to break a promise, and is left out until it is repaired; {@code -Dsimulation.all=true} tells it. */
final class NotYet {

    private static final boolean ALL = Boolean.getBoolean("simulation.all");

    private NotYet() {
    }

    /** False for a step that can't be told yet. */
    static boolean repaired(Step step) {
        return ALL || switch (step) {
            // A request that the backend has forgotten is asked for, and its user watched, for ever
            case Step.Restart restart -> !restart.forgetting();
            default -> true;
        };
    }
}

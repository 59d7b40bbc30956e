package imagegen.simulation;

/** What is known to break a promise, and is left out until it is repaired. */
final class NotYet {

    /** An older answer to a question about a status overwrites newer progress from the stream. */
    static final boolean PROGRESS_GOES_BACK = true;

    private static final boolean ALL = Boolean.getBoolean("simulation.all");

    private NotYet() {
    }

    /** False for a step that can't be told yet. */
    static boolean repaired(Step step) {
        return ALL || switch (step) {
            // One 401 silences a user until their token is replaced
            case Step.RefuseOnce refuse -> false;
            case Step.Serve serve -> serve.how() != SimulatedBackend.Streams.UNAUTHORIZED;
            case Step.Answer answer -> answer.how() != SimulatedBackend.Statuses.UNAUTHORIZED
                    // A failure that is our own guess is terminal
                    && answer.how() != SimulatedBackend.Statuses.NOT_FOUND;
            case Step.Restart restart -> !restart.forgetting();
            default -> true;
        };
    }
}

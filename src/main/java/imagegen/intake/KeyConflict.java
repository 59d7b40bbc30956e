package imagegen.intake;

/** An idempotency key was used before, for another submission. An expected outcome, so it records no stack. */
public final class KeyConflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyConflict() {
        super("the idempotency key was used for another submission", null, false, false);
    }
}

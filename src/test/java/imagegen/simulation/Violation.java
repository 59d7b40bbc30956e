package imagegen.simulation;

/** A promise was broken. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Promise promise;

    Violation(Promise promise, String what) {
        super(what);
        this.promise = promise;
    }

    Promise promise() {
        return promise;
    }
}

package imagegen.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens elsewhere by looking again and again. */
public final class Eventually {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private Eventually() {
    }

    public static void holds(BooleanSupplier condition) {
        long deadline = System.nanoTime() + EventStream.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not happen within " + EventStream.PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }
}

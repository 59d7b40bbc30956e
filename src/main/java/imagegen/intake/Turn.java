package imagegen.intake;

import imagegen.lease.Fence;
import imagegen.lease.Lease;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Whether it is for this node to have a stream of the backend's that all nodes could have, and how the node that has it
 * gets on: it tells the others how its stream stands, and how often that was opened or lost. Any thread.
 */
final class Turn {
    private final Lease lease;
    private final AtomicInteger breaks = new AtomicInteger();

    // the ticking thread
    private String heard = "";

    Turn(Lease lease) {
        this.lease = lease;
    }

    /** Whether this node could have a stream now; asked only where others could have it too. */
    void wanted(BooleanSupplier wanted) {
        if (lease.shared()) {
            lease.wanted(wanted.getAsBoolean());
        }
    }

    boolean ours() {
        return lease.ours();
    }

    /** For what a stream of this node's tells. */
    Fence fence() {
        return lease.fence();
    }

    /** The id of the event after which a stream is to go on, whichever node heard of it; empty where not known. */
    String place() {
        return lease.place();
    }

    /** This node's stream was opened or lost. */
    void broke() {
        breaks.incrementAndGet();
    }

    /**
     * Tells the other nodes how this node's stream stands, or hears of theirs.
     *
     * @param place the id of the last event that was taken from the stream
     * @return whether another node's stream was opened or lost since, so that something may have been missed
     */
    boolean tick(SubscriptionState state, String place) {
        if (!lease.shared()) {
            return false;
        }
        lease.tell(state.name() + ' ' + breaks, place);
        var holder = lease.holder();
        var news = !holder.isEmpty() && !holder.equals(heard);
        heard = holder;
        return news;
    }

    /** How the stream stands, here or there. */
    SubscriptionState state(SubscriptionState here) {
        var note = lease.note();
        return note.isEmpty() ? here : SubscriptionState.valueOf(note.substring(0, note.indexOf(' ')));
    }

    /** Another may have it. */
    void close() {
        lease.close();
    }
}

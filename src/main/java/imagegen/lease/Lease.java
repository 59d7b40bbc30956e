package imagegen.lease;

/**
 * What one node at a time does for all, and whether it is this one. Any thread; nothing blocks.
 *
 * <p>That two nodes think so at once can't be ruled out: one may have been paused. It harms nobody where what they do
 * twice is the same as once, or where each write shows the {@link #fence}.
 */
public interface Lease extends AutoCloseable {

    /** Whether there are other nodes at all: if not, it is always this one's, and nobody is to be told. */
    default boolean shared() {
        return true;
    }

    /** Whether this node could do it now; at first it can't. Where it can't, the lease is another's to take. */
    void wanted(boolean wanted);

    /** Whether it is for this node to do: it has the lease, or it can't be known who has and it is better done twice. */
    boolean ours();

    /** For all writes of whoever thinks that it is {@link #ours}. */
    Fence fence();

    /**
     * To be called again and again by the node that has it.
     *
     * @param note  for the others, in a few words
     * @param place where another is to go on when this node is gone; empty where that is not known. It is kept once
     *              all that was asked of the store before this call has been done
     */
    void tell(String note, String place);

    /** Who has it and what it said last; another text whenever either changes. Empty where that is not known. */
    String holder();

    /** What the node that has it said last; empty where that is not known. */
    String note();

    /** Where whoever had it last had come to; empty where that is not known. */
    String place();

    /** This node has no interest in it any more, and gives it up where it has it. */
    @Override
    void close();
}

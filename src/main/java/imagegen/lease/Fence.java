package imagegen.lease;

import java.nio.charset.StandardCharsets;

/**
 * What is shown with a write, so that the store refuses it once another node has the lease: a node that was paused may
 * not know that yet.
 *
 * @param lease the key under which the lease is kept; not to be changed
 * @param claim the word under which this node holds it, another each time that it is taken; not to be changed
 */
public record Fence(byte[] lease, byte[] claim) {

    /** Refuses nothing. */
    public static final Fence NONE = new Fence(new byte[0], new byte[0]);

    static Fence of(String lease, String claim) {
        return new Fence(lease.getBytes(StandardCharsets.UTF_8), claim.getBytes(StandardCharsets.UTF_8));
    }
}

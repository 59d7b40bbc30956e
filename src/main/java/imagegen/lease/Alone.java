package imagegen.lease;

/** There is one node only. */
final class Alone implements Leases, Lease {

    @Override
    public Lease of(String name) {
        return this;
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public boolean ours() {
        return true;
    }

    @Override
    public Fence fence() {
        return Fence.NONE;
    }

    @Override
    public String holder() {
        return "";
    }

    @Override
    public String note() {
        return "";
    }

    @Override
    public String place() {
        return "";
    }

    @Override
    public void wanted(boolean wanted) {
        // Nobody else could want it
    }

    @Override
    public void tell(String note, String place) {
        // There is nobody to be told
    }

    @Override
    public void tick() {
        // Nothing ends
    }

    @Override
    public void giveUp() {
        // There is nobody to take it
    }

    @Override
    public void close() {
        // Nothing is held
    }
}

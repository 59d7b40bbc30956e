package imagegen.intake;

import imagegen.lease.Fence;
import imagegen.lease.Lease;
import imagegen.lease.Leases;
import java.util.LinkedHashMap;
import java.util.Map;

/** Leases that are this node's or another's as the test says. */
final class LentLeases implements Leases {
    /** By their names; those that were closed are no longer there. */
    final Map<String, Lent> all = new LinkedHashMap<>();
    int ticks;

    final class Lent implements Lease {
        private final String name;
        boolean wanted;
        boolean ours;
        String told = "";
        String toldPlace = "";
        String others = "";
        String place = "";

        private Lent(String name) {
            this.name = name;
        }

        void isOurs(String from) {
            ours = true;
            others = "";
            place = from;
        }

        void isAnothers(String note) {
            ours = false;
            others = note;
        }

        @Override
        public void wanted(boolean nowWanted) {
            wanted = nowWanted;
        }

        @Override
        public boolean ours() {
            return wanted && ours;
        }

        @Override
        public Fence fence() {
            return Fence.NONE;
        }

        @Override
        public void tell(String note, String nowPlace) {
            told = note;
            toldPlace = nowPlace;
        }

        @Override
        public String holder() {
            return others.isEmpty() ? "" : "another " + others;
        }

        @Override
        public String note() {
            return others;
        }

        @Override
        public String place() {
            return place;
        }

        @Override
        public void close() {
            all.remove(name);
        }
    }

    Lent lent(String name) {
        return all.get(name);
    }

    @Override
    public Lease of(String name) {
        var lent = new Lent(name);
        all.put(name, lent);
        return lent;
    }

    @Override
    public void tick() {
        ticks++;
    }

    @Override
    public void giveUp() {
        all.values().forEach(it -> it.ours = false);
    }
}

package imagegen.rollout;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the configuration said at one moment. Immutable.
 *
 * @param fixed the transport of everybody; empty while it is rolled out user by user
 * @param tenThousandths how many of ten thousand users get Server-Sent Events
 * @param users who gets them anyway
 * @param otherwise what all others get
 */
record Rules(Optional<Transport> fixed, int tenThousandths, Set<String> users, Transport otherwise) {

    static final String TRANSPORT = "image-gen.transport";
    static final String PERCENTAGE = "image-gen.rollout.sse-percentage";
    static final String USERS = "image-gen.rollout.users";
    static final String OTHERWISE = "image-gen.rollout.otherwise";

    static final Rules DEFAULT = new Rules(Optional.of(Transport.SSE), 0, Set.of(), Transport.WEBSOCKET);

    Rules {
        users = Set.copyOf(users);
    }

    /** Hears of a value that can't be used. */
    interface Complaints {
        void about(String key, String value, String expected);
    }

    /** Reads all keys anew; a key with a bad value keeps its last good one, an absent key goes back to its default. */
    Rules reread(Function<String, Optional<String>> config, Complaints complaints) {
        return new Rules(
                read(config, TRANSPORT, DEFAULT.fixed, fixed, Rules::mode, "sse, websocket, polling or rollout",
                        complaints),
                read(config, PERCENTAGE, DEFAULT.tenThousandths, tenThousandths, Rules::percentage, "0 to 100",
                        complaints),
                read(config, USERS, DEFAULT.users, users, value -> Optional.of(names(value)), "names", complaints),
                read(config, OTHERWISE, DEFAULT.otherwise, otherwise, Rules::legacy, "websocket or polling",
                        complaints));
    }

    private static <T> T read(Function<String, Optional<String>> config, String key, T absent, T last,
                              Function<String, Optional<T>> parser, String expected, Complaints complaints) {
        var value = config.apply(key).map(String::strip).filter(it -> !it.isEmpty());
        if (value.isEmpty()) {
            return absent;
        }
        return parser.apply(value.get()).orElseGet(() -> {
            complaints.about(key, value.get(), expected);
            return last;
        });
    }

    private static Optional<Optional<Transport>> mode(String value) {
        return value.equals("rollout") ? Optional.of(Optional.empty()) : Transport.parse(value).map(Optional::of);
    }

    private static Optional<Transport> legacy(String value) {
        return Transport.parse(value).filter(it -> it != Transport.SSE);
    }

    private static Optional<Integer> percentage(String value) {
        try {
            var percentage = Double.parseDouble(value);
            return percentage >= 0 && percentage <= 100
                    ? Optional.of((int) Math.round(percentage * 100)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Set<String> names(String value) {
        return Arrays.stream(value.split(",")).map(String::strip).filter(it -> !it.isEmpty())
                .collect(Collectors.toSet());
    }

    /** Whether the percentage takes this user in. Whoever is in at one percentage is in at every higher one. */
    boolean takesIn(String user) {
        return place(user) < tenThousandths;
    }

    /** This user's fixed place among ten thousand, the same on every node and after every restart. */
    static int place(String user) {
        // String.hashCode is specified for good, but puts user-1 beside user-2: MurmurHash3's finalizer spreads them.
        int h = Objects.hashCode(user);
        h = (h ^ h >>> 16) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        h ^= h >>> 16;
        return Integer.remainderUnsigned(h, 10_000);
    }

    String percentage() {
        return tenThousandths % 100 == 0
                ? String.valueOf(tenThousandths / 100) : String.valueOf(tenThousandths / 100.0);
    }
}

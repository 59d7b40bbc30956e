package imagegen.backend;

import imagegen.config.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which members of a submission, beyond those that the gateway understands, reach the backend as they are.
 *
 * @param any   whether every member may
 * @param names those that may where not every one does
 */
public record Parameters(boolean any, Set<String> names) {
    /** What every backend is asked for; these are checked, and never passed through unseen. */
    public static final Set<String> OWN = Set.of("prompt", "width", "height", "count", "style");
    /** Names that a member to be passed through can have. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,63}");

    private static final String WANTED = "names of members separated by commas, '*' for any, or 'none'";

    public Parameters {
        names = Set.copyOf(names);
    }

    static Parameters of(String key, String text) {
        if (text.equals("none")) {
            return new Parameters(false, Set.of());
        }
        List<String> listed = Arrays.stream(text.split(",")).map(String::strip).toList();
        if (listed.equals(List.of("*"))) {
            return new Parameters(true, Set.of());
        }
        if (listed.isEmpty() || !listed.stream().allMatch(it -> NAME.matcher(it).matches() && !OWN.contains(it))) {
            throw Settings.invalid(key, text, WANTED);
        }
        return new Parameters(false, Set.copyOf(listed));
    }

    public boolean allow(String name) {
        return NAME.matcher(name).matches() && (any || names.contains(name));
    }

    /** As it is configured. */
    @Override
    public String toString() {
        return any ? "*" : names.isEmpty() ? "none" : names.stream().sorted().collect(Collectors.joining(","));
    }
}

package imagegen.rollout;

import java.io.IOException;
import java.io.StringReader;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The file that an operator edits while the server runs: {@code image-gen.transport} and {@code image-gen.rollout.*} in
 * it win over all other sources, and nothing else is read from it. Properties syntax in UTF-8. A file that can't be read keeps the values it had; a file that is gone has none.
 *
 * <p>Any thread. At most every half second somebody who asks looks whether the file has changed.
 */
public final class RolloutFile implements ConfigSource {

    static final String LOCATION = "image-gen.rollout.file";

    private static final System.Logger LOG = System.getLogger(RolloutFile.class.getName());
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

    private static final String PREFIX = "image-gen.rollout.";
    private static final int MOST_NAMED = 10;

    private static final long MAX_SIZE = 1 << 20;

    /** A file this fresh may still be being written. Leaves an edit time to be obeyed within two seconds. */
    private static final Duration SETTLING = Duration.ofMillis(200);

    private final Path file;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final AtomicLong nextLook;
    private volatile Map<String, String> values = Map.of();

    // Only by whoever moved nextLook on.
    private Optional<Stamp> seen = Optional.empty();
    private Optional<Stamp> complainedAbout = Optional.empty();

    /** What tells one version of the file from another without reading it. */
    private record Stamp(FileTime modified, long size, Optional<Object> key) {
        static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(),
                    Optional.ofNullable(attributes.fileKey()));
        }
    }

    /** By ServiceLoader, before there is any Config to ask: the location is a system property or in the environment. */
    public RolloutFile() {
        this(location(), InstantSource.system(), System::nanoTime);
    }

    RolloutFile(Path file, InstantSource wall, LongSupplier nanos) {
        this.file = file;
        this.wall = wall;
        this.nanos = nanos;
        this.nextLook = new AtomicLong(nanos.getAsLong());
    }

    private static Path location() {
        var property = Optional.ofNullable(System.getProperty(LOCATION));
        return Path.of(property.or(() -> Optional.ofNullable(System.getenv("IMAGE_GEN_ROLLOUT_FILE")))
                .filter(it -> !it.isBlank()).orElse("rollout.properties")).toAbsolutePath();
    }

    @Override
    public String getName() {
        return file.toString();
    }

    /** Above system properties (400) and the environment (300). */
    @Override
    public int getOrdinal() {
        return 900;
    }

    @Override
    public Set<String> getPropertyNames() {
        return getProperties().keySet();
    }

    @Override
    public Map<String, String> getProperties() {
        look();
        return values;
    }

    @Override
    public String getValue(String key) {
        return getProperties().get(key);
    }

    private void look() {
        var due = nextLook.get();
        // The one who looks moves the time far away and brings it back when done: nobody looks twice at once.
        if (nanos.getAsLong() - due < 0 || !nextLook.compareAndSet(due, due + Long.MAX_VALUE / 2)) {
            return;
        }
        try {
            read();
        } finally {
            nextLook.set(nanos.getAsLong() + INTERVAL);
        }
    }

    private void read() {
        try {
            var stamp = Stamp.of(file);
            if (seen.filter(stamp::equals).isPresent() || settling(stamp)) {
                return;
            }
            var properties = new Properties();
            properties.load(new StringReader(text()));
            if (!stamp.equals(Stamp.of(file))) {
                return;
            }
            seen = Optional.of(stamp);
            take(properties);
        } catch (NoSuchFileException e) {
            if (!values.isEmpty()) {
                LOG.log(Level.INFO, "rollout file " + file + " is gone, and so are its values");
            }
            seen = Optional.empty();
            values = Map.of();
        } catch (IOException | IllegalArgumentException | SecurityException e) {
            complain(e);
        }
    }

    private String text() throws IOException {
        if (Files.size(file) > MAX_SIZE) {
            throw new IOException("larger than " + MAX_SIZE);
        }
        // Refuses what is not UTF-8.
        var text = Files.readString(file);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    // A file from the future is not waited for.
    private boolean settling(Stamp stamp) {
        var age = Duration.between(stamp.modified().toInstant(), wall.instant());
        return !age.isNegative() && age.compareTo(SETTLING) < 0;
    }

    private void take(Properties properties) {
        var taken = new TreeMap<String, String>();
        var ignored = new TreeSet<String>();
        for (var name : properties.stringPropertyNames()) {
            if (belongsHere(name)) {
                taken.put(name, properties.getProperty(name));
            } else {
                ignored.add(name);
            }
        }
        values = Map.copyOf(taken);
        // Names only: whatever may be in there.
        LOG.log(Level.INFO, "rollout file " + file + " was read: " + taken.keySet());
        if (!ignored.isEmpty()) {
            LOG.log(Level.WARNING, "rollout file " + file + " is for " + Rules.TRANSPORT + " and " + PREFIX
                    + "* only; ignored: " + ignored.stream().limit(MOST_NAMED).toList()
                    + (ignored.size() > MOST_NAMED ? " and " + (ignored.size() - MOST_NAMED) + " more" : ""));
        }
    }

    // Whoever may edit the flag may not thereby choose whose tokens are believed.
    static boolean belongsHere(String name) {
        return name.equals(Rules.TRANSPORT) || name.startsWith(PREFIX) && !name.equals(LOCATION);
    }

    // Tried again at every look, as its permissions may have been what was wrong; said once for each version.
    private void complain(Exception failure) {
        Optional<Stamp> stamp;
        try {
            stamp = Optional.of(Stamp.of(file));
        } catch (IOException e) {
            stamp = Optional.empty();
        }
        if (!stamp.equals(complainedAbout)) {
            complainedAbout = stamp;
            LOG.log(Level.WARNING, "rollout file " + file + " can't be read (" + failure.getClass().getSimpleName()
                    + "); its last good values stay");
        }
    }
}

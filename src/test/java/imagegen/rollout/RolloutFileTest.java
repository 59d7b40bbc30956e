package imagegen.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutFileTest {

    private static final String KEY = "image-gen.transport";

    @TempDir
    private Path folder;

    private Path file;
    private Instant wall = Instant.parse("2026-11-23T12:00:00Z");
    private long nanos;
    private RolloutFile source;

    private final Logger logger = Logger.getLogger(RolloutFile.class.getName());
    private final List<LogRecord> logged = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    };

    @BeforeEach
    void start() {
        file = folder.resolve("rollout.properties");
        source = new RolloutFile(file, () -> wall, () -> nanos);
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    private void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(byte[] text) throws IOException {
        Files.write(file, text);
        Files.setLastModifiedTime(file, FileTime.from(wall));
    }

    private void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    private long complaints() {
        return logged.stream().filter(entry -> entry.getLevel() == Level.WARNING).count();
    }

    @Test
    void aMissingFileHasNoValuesAndIsNoProblem() {
        assertNull(source.getValue(KEY));
        assertTrue(source.getPropertyNames().isEmpty());
        assertEquals(0, complaints());
    }

    @Test
    void anEditIsSeenWithinTwoSeconds() throws IOException {
        write(KEY + "=sse");
        pass(Duration.ofSeconds(1));
        assertEquals("sse", source.getValue(KEY));

        write(KEY + "=websocket");
        for (int i = 0; i < 19; i++) {
            pass(Duration.ofMillis(100));
            source.getValue(KEY);
        }
        assertEquals("websocket", source.getValue(KEY));
    }

    @Test
    void anEditOfTheSameSizeIsSeen() throws IOException {
        write(KEY + "=abc");
        pass(Duration.ofSeconds(1));
        assertEquals("abc", source.getValue(KEY));
        write(KEY + "=xyz");
        pass(Duration.ofSeconds(1));
        assertEquals("xyz", source.getValue(KEY));
    }

    @Test
    void aFileMovedInPlaceIsSeenEvenIfItIsOlder() throws IOException {
        write(KEY + "=sse");
        pass(Duration.ofSeconds(1));
        assertEquals("sse", source.getValue(KEY));
        var other = Files.writeString(folder.resolve("other"), KEY + "=polling");
        Files.setLastModifiedTime(other, FileTime.from(wall.minus(Duration.ofDays(1))));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        pass(Duration.ofSeconds(1));
        assertEquals("polling", source.getValue(KEY));
    }

    @Test
    void theFileIsNotLookedAtMoreThanTwiceASecond() throws IOException {
        assertNull(source.getValue(KEY));
        write(KEY + "=sse");
        wall = wall.plusSeconds(1);
        nanos += Duration.ofMillis(499).toNanos();
        assertNull(source.getValue(KEY));
        nanos += Duration.ofMillis(1).toNanos();
        assertEquals("sse", source.getValue(KEY));
    }

    @Test
    void aFileThatIsBeingWrittenKeepsTheOldValues() throws IOException {
        write(KEY + "=websocket\nimage-gen.rollout.otherwise=polling\n");
        pass(Duration.ofSeconds(1));
        assertEquals("polling", source.getValue("image-gen.rollout.otherwise"));

        write("");
        nanos += Duration.ofMillis(500).toNanos();
        wall = wall.plusMillis(199);
        assertEquals("websocket", source.getValue(KEY));

        write(KEY + "=sse\n");
        pass(Duration.ofMillis(500));
        assertEquals("sse", source.getValue(KEY));
        assertNull(source.getValue("image-gen.rollout.otherwise"));
    }

    @Test
    void aMalformedFileKeepsTheLastGoodValuesAndIsComplainedAboutOnce() throws IOException {
        write(KEY + "=websocket");
        pass(Duration.ofSeconds(1));
        source.getValue(KEY);

        write(KEY + "=\\uZZZZ");
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(1));
            assertEquals("websocket", source.getValue(KEY));
        }
        assertEquals(1, complaints());

        write(new byte[] {'a', '=', (byte) 0xff, (byte) 0xfe});
        pass(Duration.ofSeconds(1));
        assertEquals("websocket", source.getValue(KEY));
        assertEquals(2, complaints());

        write(KEY + "=sse");
        pass(Duration.ofSeconds(1));
        assertEquals("sse", source.getValue(KEY));
        assertEquals(2, complaints());
    }

    @Test
    void aDeletedFileTakesItsValuesAlong() throws IOException {
        write(KEY + "=websocket");
        pass(Duration.ofSeconds(1));
        assertEquals("websocket", source.getValue(KEY));
        Files.delete(file);
        pass(Duration.ofSeconds(1));
        assertNull(source.getValue(KEY));
        write(KEY + "=websocket");
        pass(Duration.ofSeconds(1));
        assertEquals("websocket", source.getValue(KEY));
    }

    @Test
    void theFileIsUtf8WithOrWithoutAByteOrderMark() throws IOException {
        write("\uFEFFimage-gen.rollout.users=Zo\u00eb");
        pass(Duration.ofSeconds(1));
        assertEquals("Zo\u00eb", source.getValue("image-gen.rollout.users"));
    }

    @Test
    void aDateInTheFutureIsNotWaitedFor() throws IOException {
        write(KEY + "=polling");
        Files.setLastModifiedTime(file, FileTime.from(wall.plus(Duration.ofDays(1))));
        assertEquals("polling", source.getValue(KEY));
    }

    @Test
    void whoMayEditTheFlagMayNotChooseWhoseTokensAreBelieved() throws IOException {
        write(KEY + "=polling\nmp.jwt.verify.publickey=x\nimage-gen.backend.url=embedded\nimage-gen.rollout.file=/x\n"
                + "image-gen.transports=sse\n");
        pass(Duration.ofSeconds(1));
        assertEquals(Map.of(KEY, "polling"), source.getProperties());
        assertEquals(1, complaints());
        String said = logged.getLast().getMessage();
        assertTrue(said.contains("mp.jwt.verify.publickey") && said.contains("image-gen.backend.url"), said);
    }

    @Test
    void valuesNeverReachTheLog() throws IOException {
        write("image-gen.backend.service-token=SECRET\nimage-gen.rollout.users=SECRET");
        pass(Duration.ofSeconds(1));
        source.getProperties();
        assertEquals(2, logged.size());
        assertTrue(logged.stream().noneMatch(entry -> entry.getMessage().contains("SECRET")));
    }

    @Test
    void theServerFindsItAboveAllOtherSources() throws IOException {
        assertEquals(900, source.getOrdinal());
        // Read as text: a source of another package may need a server to be made.
        try (var services = getClass().getResourceAsStream(
                "/META-INF/services/" + ConfigSource.class.getName())) {
            assertTrue(new String(services.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .anyMatch(RolloutFile.class.getName()::equals));
        }
    }
}

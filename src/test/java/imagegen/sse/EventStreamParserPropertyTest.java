package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for every stream, tried on many; a failure names the seed that brings it back. */
class EventStreamParserPropertyTest {

    private static final int STREAMS = 3000;
    private static final EventStreamParser.Limits SMALL = new EventStreamParser.Limits(40, 60);
    private static final String[] PIECES = {
        "data", "data", "data:", "data: ", "event: a", "event", "id: ", "id:1", "id: 2\0", "retry: ", "retry:15", "5",
        ":", " ", "\n", "\n", "\n\n", "\r", "\r\n", "\r\r", "\n\n", "x", "unknown: y", "\uFEFF", "\u00e4", "\u20ac",
        "\ud83d\ude00", "aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"};
    private static final byte[][] MALFORMED = {{(byte) 0xFF}, {(byte) 0xC3}, {(byte) 0xE2, (byte) 0x82}, {(byte) 0x80},
        {(byte) 0xF0, (byte) 0x9F}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xEF, (byte) 0xBB},
        {(byte) 0xC0, (byte) 0xAF}, {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, {0}};

    @Test
    void anyChunkingGivesTheSameEvents() {
        forEachStream((random, stream) -> {
            for (var limits : List.of(EventStreamParser.Limits.DEFAULT, SMALL)) {
                var whole = parsed(limits, stream, stream.length);
                assertEquals(whole, parsed(limits, stream, 1));
                assertEquals(whole, parsed(limits, stream, random));
            }
        });
    }

    @Test
    void theEventsAreThoseOfThePlainReadingOfTheStandard() {
        forEachStream((random, stream) ->
                assertEquals(PlainParser.parse(stream), parsed(EventStreamParser.Limits.DEFAULT, stream, random)));
    }

    @Test
    void whateverIsWithinTheLimitsIsTheSameAsWithoutThem() {
        forEachStream((random, stream) -> {
            var limited = parsed(SMALL, stream, random);
            if (limited.stream().noneMatch(line -> line.startsWith("too long"))) {
                assertEquals(parsed(EventStreamParser.Limits.DEFAULT, stream, random), limited);
            }
        });
    }

    private interface Property {
        void check(Random random, byte[] stream);
    }

    private static void forEachStream(Property property) {
        long first = Long.getLong("seed", System.nanoTime());
        int count = Long.getLong("seed") == null ? STREAMS : 1;
        for (long seed = first; seed < first + count; seed++) {
            var random = new Random(seed);
            try {
                property.check(random, stream(random));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("again with -Dseed=" + seed, e);
            }
        }
    }

    private static byte[] stream(Random random) {
        var stream = new ByteArrayOutputStream();
        int pieces = random.nextInt(60);
        for (int i = 0; i < pieces; i++) {
            if (random.nextInt(12) == 0) {
                stream.writeBytes(MALFORMED[random.nextInt(MALFORMED.length)]);
            } else {
                stream.writeBytes(PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8));
            }
        }
        return stream.toByteArray();
    }

    private static List<String> parsed(EventStreamParser.Limits limits, byte[] stream, int chunkSize) {
        var transcript = new Transcript();
        var parser = new EventStreamParser(limits, transcript);
        for (int at = 0; at < stream.length; at += chunkSize) {
            parser.parse(stream, at, Math.min(chunkSize, stream.length - at));
        }
        return transcript.lines();
    }

    private static List<String> parsed(EventStreamParser.Limits limits, byte[] stream, Random random) {
        var transcript = new Transcript();
        var parser = new EventStreamParser(limits, transcript);
        for (int at = 0; at < stream.length;) {
            int size = Math.min(random.nextInt(1 + random.nextInt(40)), stream.length - at);
            // A fresh array that is spoilt afterwards: the parser must not depend on a chunk after its call.
            var chunk = java.util.Arrays.copyOfRange(stream, at, at + size);
            parser.parse(chunk, 0, size);
            java.util.Arrays.fill(chunk, (byte) '#');
            at += size;
        }
        return transcript.lines();
    }
}

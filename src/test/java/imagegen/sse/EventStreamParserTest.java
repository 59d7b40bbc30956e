package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamParserTest {

    private final Transcript transcript = new Transcript();
    private EventStreamParser parser = new EventStreamParser(EventStreamParser.Limits.DEFAULT, transcript);

    @Test
    void readsTheStandardsFirstExample() {
        feed("data: This is the first message.\n\ndata: This is the second message, it\ndata: has two lines.\n\n"
                + "data: This is the third message.\n\n");
        assertEquals(List.of("message||This is the first message.",
                "message||This is the second message, it\nhas two lines.",
                "message||This is the third message."), transcript.lines());
    }

    @Test
    void readsTheStandardsStockExample() {
        feed("data: YHOO\ndata: +2\ndata: 10\n\n");
        assertEquals(List.of("message||YHOO\n+2\n10"), transcript.lines());
    }

    @Test
    void readsTheStandardsExampleOfIdsAndComments() {
        feed(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n");
        assertEquals(List.of("message|1|first event", "message||second event", "message|| third event"),
                transcript.lines());
    }

    @Test
    void readsTheStandardsExampleOfEmptyData() {
        feed("data\n\ndata\ndata\n\ndata:");
        assertEquals(List.of("message||", "message||\n"), transcript.lines());
        assertTrue(parser.unfinished());
    }

    @Test
    void readsTheStandardsExampleOfTheOptionalSpace() {
        feed("data:test\n\ndata: test\n\n");
        assertEquals(List.of("message||test", "message||test"), transcript.lines());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void endsLinesEachOfTheThreeWays(String eol) {
        feed(("event: a" + "\n" + "data: 1" + "\n" + "data: 2" + "\n\n").replace("\n", eol));
        assertEquals(List.of("a||1\n2"), transcript.lines());
    }

    @Test
    void doesNotTakeACrlfSplitOverChunksForTwoLineEnds() {
        feed("data: 1\r");
        feed("\ndata: 2\r");
        feed("\n");
        assertEquals(List.of(), transcript.lines());
        feed("\r\n");
        assertEquals(List.of("message||1\n2"), transcript.lines());
    }

    @Test
    void dispatchesOnACarriageReturnWithoutWaitingForWhatFollows() {
        feed("data: 1\r\r");
        assertEquals(List.of("message||1"), transcript.lines());
    }

    @Test
    void takesLfCrForTwoLineEnds() {
        feed("data: 1\n\rdata: 2\n\n");
        assertEquals(List.of("message||1", "message||2"), transcript.lines());
    }

    @Test
    void stripsOneByteOrderMarkAtTheStart() {
        feed("\uFEFFdata: 1\n\n");
        assertEquals(List.of("message||1"), transcript.lines());
    }

    @Test
    void stripsAByteOrderMarkThatIsSplitOverChunks() {
        feed(new byte[] {(byte) 0xEF});
        feed(new byte[] {(byte) 0xBB});
        feed(new byte[] {(byte) 0xBF});
        feed("data: 1\n\n");
        assertEquals(List.of("message||1"), transcript.lines());
    }

    @Test
    void stripsOnlyOneByteOrderMark() {
        feed("\uFEFF\uFEFFdata: 1\n\ndata: 2\n\n");
        assertEquals(List.of("message||2"), transcript.lines());
    }

    @Test
    void leavesAByteOrderMarkInTheMiddleAlone() {
        feed("data: 1\n\n\uFEFFdata: 2\n\ndata: \uFEFF3\n\n");
        assertEquals(List.of("message||1", "message||\uFEFF3"), transcript.lines());
    }

    @Test
    void takesHalfAByteOrderMarkForContent() {
        feed(new byte[] {(byte) 0xEF, (byte) 0xBB});
        feed("data: 1\n\ndata: 2\n\n");
        assertEquals(List.of("message||2"), transcript.lines());
    }

    @Test
    void ignoresUnknownFieldsAndFieldsThatOnlyBeginLikeKnownOnes() {
        feed("dat: x\ndatax: x\nDATA: x\n data: x\nfoo\nid2: x\nevents: x\nretry2: 1\ne\ni\nr\nd\ndata: 1\n\n");
        assertEquals(List.of("message||1"), transcript.lines());
    }

    @Test
    void ignoresCommentsWhereverTheyStand() {
        feed(":\n: a\nevent: e\n:b\ndata: 1\n::data: 2\n\n");
        assertEquals(List.of("e||1"), transcript.lines());
    }

    @Test
    void removesOneSpaceOnlyAndNoTab() {
        feed("data:  1\ndata:\t2\ndata:3 \n\n");
        assertEquals(List.of("message|| 1\n\t2\n3 "), transcript.lines());
    }

    @Test
    void keepsColonsInValues() {
        feed("data:a:b: c\nid:1:2\n\n");
        assertEquals(List.of("message|1:2|a:b: c"), transcript.lines());
    }

    @Test
    void takesTheLastEventNameAndForgetsItAfterwards() {
        feed("event: a\nevent: b\ndata: 1\n\ndata: 2\n\nevent: c\n\ndata: 3\n\nevent: d\nevent\ndata: 4\n\n");
        assertEquals(List.of("b||1", "message||2", "message||3", "message||4"), transcript.lines());
    }

    @Test
    void remembersTheLastEventIdUntilItIsResetByAnEmptyOne() {
        feed("id: 1\ndata: a\n\ndata: b\n\nid:\ndata: c\n\n");
        assertEquals(List.of("message|1|a", "message|1|b", "message||c"), transcript.lines());
    }

    @Test
    void ignoresAnIdWithANullCharacter() {
        feed("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n");
        assertEquals(List.of("message|1|a", "message|1|b"), transcript.lines());
    }

    @Test
    void takesTheIdOfAnEventWithoutData() {
        feed("id: 7\n\n");
        assertEquals("7", parser.lastEventId());
        assertEquals(List.of(), transcript.lines());
    }

    @Test
    void doesNotTakeTheIdOfAnEventThatNeverEnded() {
        feed("id: 1\ndata: a\n\nid: 2\ndata: b\n");
        assertEquals("1", parser.lastEventId());
        assertTrue(parser.unfinished());
    }

    @Test
    void beginsWithTheLastEventIdItIsGiven() {
        parser = new EventStreamParser(EventStreamParser.Limits.DEFAULT, "9", transcript);
        assertEquals("9", parser.lastEventId());
        feed("data: a\n\n");
        assertEquals("9", parser.lastEventId());
    }

    @Test
    void tellsAnEventsOwnIdFromAnInheritedOne() {
        var ids = new java.util.ArrayList<Optional<String>>();
        parser = new EventStreamParser(EventStreamParser.Limits.DEFAULT, new Transcript() {
            @Override
            public void onEvent(EventStreamParser.Event event) {
                ids.add(event.id());
            }
        });
        feed("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n");
        assertEquals(List.of(Optional.of("1"), Optional.empty(), Optional.of("")), ids);
    }

    @Test
    void takesARetryOfDigitsOnly() {
        feed("retry: 3000\nretry:0\nretry: -1\nretry: 1.5\nretry: 1s\nretry:\nretry\nretry:  7\nretry: \u0661\n");
        assertEquals(List.of("retry 3000", "retry 0"), transcript.lines());
    }

    @Test
    void boundsARetryThatNoNumberCanHold() {
        feed("retry: 99999999999999999999999999\n");
        assertEquals(List.of("retry " + Long.MAX_VALUE), transcript.lines());
    }

    @Test
    void joinsCharactersThatAreSplitOverChunks() {
        var text = "data: \u00e4\u20ac\ud83d\ude00\nevent: \u20ac\nid: \ud83d\ude00\n\n";
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            feed(new byte[] {b});
        }
        assertEquals(List.of("\u20ac|\ud83d\ude00|\u00e4\u20ac\ud83d\ude00"), transcript.lines());
    }

    @Test
    void replacesMalformedUtf8() {
        feed(new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xE2, (byte) 0x82, '\n', '\n'});
        feed(new byte[] {'d', 'a', 't', 'a', ':', 'a', (byte) 0xFF, 'b', '\n', '\n'});
        feed(new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xC3, '\r', '\r'});
        assertEquals(List.of("message||\uFFFD", "message||a\uFFFDb", "message||\uFFFD"), transcript.lines());
    }

    @Test
    void discardsAnUnfinishedEvent() {
        feed("data: 1\n\ndata: 2\n");
        assertEquals(List.of("message||1"), transcript.lines());
        assertTrue(parser.unfinished());
    }

    @Test
    void isNotUnfinishedBetweenEventsAndInComments() {
        assertFalse(parser.unfinished());
        feed("data: 1\n\n: hear");
        assertFalse(parser.unfinished());
        feed("tbeat");
        assertFalse(parser.unfinished());
    }

    @Test
    void readsFromAnyKindOfBuffer() {
        var bytes = "data: 1\n\n".getBytes(StandardCharsets.UTF_8);
        var direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        var readOnly = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        var slice = ByteBuffer.wrap(("xx" + "data: 1\n\n").getBytes(StandardCharsets.UTF_8)).position(2).slice();
        for (var buffer : List.of(direct, readOnly, slice)) {
            parser.parse(buffer);
            assertFalse(buffer.hasRemaining());
        }
        assertEquals(List.of("message||1", "message||1", "message||1"), transcript.lines());
    }

    @Test
    void leavesOutALineThatIsTooLongAndGoesOnWithTheNextEvent() {
        limits(32, 64);
        feed("data: a\ndata: " + "x".repeat(40) + "\ndata: b\n\ndata: c\n\n");
        assertEquals(List.of("too long LINE", "message||c"), transcript.lines());
    }

    @Test
    void leavesOutAnEventThatIsTooLongAndGoesOnWithTheNext() {
        limits(32, 64);
        feed("event: e\n" + ("data: " + "x".repeat(20) + "\n").repeat(5) + "\ndata: c\n\n");
        assertEquals(List.of("too long EVENT", "message||c"), transcript.lines());
    }

    @Test
    void takesWhatIsExactlyAtTheLimit() {
        limits(32, 64);
        feed("data: " + "x".repeat(26) + "\n\n" + "data: " + "y".repeat(26) + "\ndata: " + "y".repeat(26) + "\ndata: "
                + "y".repeat(10) + "\n\n");
        assertEquals(List.of("message||" + "x".repeat(26),
                "message||" + "y".repeat(26) + "\n" + "y".repeat(26) + "\n" + "y".repeat(10)), transcript.lines());
    }

    @Test
    void takesTheIdOfAnEventThatWasTooLongSoThatItIsNotAskedForAgain() {
        limits(32, 64);
        feed("id: 1\ndata: " + "x".repeat(40) + "\n\n");
        assertEquals("1", parser.lastEventId());
    }

    @Test
    void reportsALineThatNeverEndsWithoutKeepingIt() {
        limits(32, 64);
        for (int i = 0; i < 1000; i++) {
            feed(i == 0 ? "data: x" : "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        }
        assertEquals(List.of("too long LINE"), transcript.lines());
    }

    @Test
    void letsCommentsAndUnknownFieldsHaveAnyLength() {
        limits(32, 64);
        feed(":" + "x".repeat(100) + "\nfoo: " + "x".repeat(100) + "\n:");
        feed("x".repeat(100));
        feed("\nunk");
        feed("nown:" + "x".repeat(100));
        feed("\ndata: 1\n\n");
        assertEquals(List.of("message||1"), transcript.lines());
    }

    @Test
    void goesOnAfterAListenerThatThrew() {
        parser = new EventStreamParser(EventStreamParser.Limits.DEFAULT, new Transcript() {
            @Override
            public void onEvent(EventStreamParser.Event event) {
                transcript.onEvent(event);
                if (event.data().equals("1")) {
                    throw new IllegalStateException("listener");
                }
            }
        });
        assertThrows(IllegalStateException.class, () -> feed("data: 1\n\n"));
        feed("data: 2\n\n");
        assertEquals(List.of("message||1", "message||2"), transcript.lines());
    }

    @Test
    void givesTheBytesWithoutACopyWhenTheyCameInOneChunk() {
        var chunk = "data: 1\n\n".getBytes(StandardCharsets.UTF_8);
        var seen = new java.util.ArrayList<byte[]>();
        parser = new EventStreamParser(EventStreamParser.Limits.DEFAULT, new Transcript() {
            @Override
            public void onEvent(EventStreamParser.Event event) {
                seen.add(event.buffer());
                assertEquals(6, event.offset());
                assertEquals(1, event.length());
                assertEquals("1", new String(event.copyOfData(), StandardCharsets.UTF_8));
            }
        });
        parser.parse(chunk, 0, chunk.length);
        assertTrue(seen.get(0) == chunk);
    }

    private void limits(int line, int event) {
        parser = new EventStreamParser(new EventStreamParser.Limits(line, event), transcript);
    }

    private void feed(String text) {
        feed(text.getBytes(StandardCharsets.UTF_8));
    }

    private void feed(byte[] bytes) {
        parser.parse(bytes, 0, bytes.length);
    }
}

package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NonBlockingOutputTest {

    private FakeConnection connection = FakeConnection.thatIsReadyAtOnce();
    private final List<OutputEnd> ends = new ArrayList<>();
    private int readies;

    @AfterEach
    void keptTheServletContract() {
        connection.assertContractKept();
    }

    @Test
    void writesAndFlushesWhatTheClientTakes() throws IOException {
        var output = started();
        assertTrue(send(output, "a"));
        assertTrue(send(output, "b"));
        assertEquals("ab", connection.received());
    }

    @Test
    void hasNoTimeOut() throws IOException {
        started();
        assertEquals(0, connection.timeout());
    }

    @Test
    void isNotReadyBeforeTheContainerSaysSo() throws IOException {
        connection = FakeConnection.thatIsReadyLater();
        var output = started();
        assertFalse(output.ready());
        assertEquals(0, readies);

        connection.firstBecomesWritable();
        assertEquals(1, readies);
        assertTrue(output.ready());
    }

    @Test
    void saysOnceThatItIsReadyAgainAfterTheClientStalled() throws IOException {
        var output = started();
        connection.clientStopsReading();
        assertFalse(output.ready());
        assertFalse(output.ready());
        assertEquals(1, readies);

        connection.clientReadsAgain();
        assertEquals(2, readies);
        assertTrue(send(output, "later"));
        assertEquals("later", connection.received());
    }

    @Test
    void keepsAFlushThatTheServerCouldNotTakeForTheNextTime() throws IOException {
        var output = started();
        assertTrue(output.ready());
        write(output, "x");
        connection.clientStopsReading();
        assertFalse(output.flush());
        assertEquals("", connection.received());

        connection.clientReadsAgain();
        assertTrue(output.flush());
        assertEquals("x", connection.received());
    }

    @Test
    void sendsTheHeadersWithTheFirstFlushAndThenFlushesOnlyWhatWasWritten() throws IOException {
        var output = started();
        assertTrue(output.flush());
        assertEquals(1, connection.flushes());
        assertTrue(output.flush());
        assertEquals(1, connection.flushes());
    }

    @Test
    void refusesAWriteThatWasNotAskedFor() throws IOException {
        var output = started();
        assertThrows(IllegalStateException.class, () -> write(output, "x"));
    }

    @Test
    void allowsOneWritePerReady() throws IOException {
        var output = started();
        assertTrue(output.ready());
        write(output, "x");
        assertThrows(IllegalStateException.class, () -> write(output, "y"));
    }

    @Test
    void completesOnceAndSaysSoOnce() throws IOException {
        var output = started();
        output.close();
        output.close(new OutputEnd.Stalled(Duration.ofSeconds(1)));
        assertEquals(1, connection.completions());
        assertEquals(List.of(new OutputEnd.Closed()), ends);
        assertTrue(output.closed());
    }

    @Test
    void isQuietAfterTheEnd() throws IOException {
        var output = started();
        assertTrue(output.ready());
        output.close();
        write(output, "x");
        assertFalse(output.ready());
        assertFalse(output.flush());
        assertEquals("", connection.received());
    }

    @Test
    void stillSendsWhatWasWrittenBeforeTheClose() throws IOException {
        var output = started();
        assertTrue(output.ready());
        write(output, "last");
        output.close();
        assertEquals("last", connection.received());
    }

    @Test
    void noticesByWritingThatTheClientLeft() throws IOException {
        var output = started();
        connection.clientLeaves();
        assertTrue(output.ready());
        write(output, "x");
        assertInstanceOf(OutputEnd.ClientGone.class, ends.get(0));
        assertEquals(1, connection.completions());
        assertFalse(output.ready());
    }

    @Test
    void noticesFromTheContainerThatTheClientLeft() throws IOException {
        var output = started();
        connection.clientStopsReading();
        assertFalse(output.ready());
        var cause = new IOException("reset");
        connection.containerReports(cause);
        assertEquals(List.of(new OutputEnd.ClientGone(cause)), ends);
        assertEquals(1, connection.completions());
    }

    @Test
    void doesNotCompleteWhatTheContainerHasCompleted() throws IOException {
        var output = started();
        connection.containerCompletes();
        assertEquals(List.of(new OutputEnd.EndedByContainer("complete")), ends);
        assertEquals(1, connection.completions());
        assertFalse(output.ready());
    }

    @Test
    void endsWithTheContainersTimeOut() throws IOException {
        started();
        connection.containerTimesOut();
        assertEquals(List.of(new OutputEnd.EndedByContainer("time-out")), ends);
        assertEquals(1, connection.completions());
    }

    @Test
    void finishesAWriteThatIsUnderWayBeforeItCompletes() throws IOException {
        var output = started();
        connection.duringNextWrite(() -> {
            output.close();
            assertEquals(0, connection.completions());
        });
        assertTrue(output.ready());
        write(output, "x");
        assertEquals(1, connection.completions());
        assertEquals(1, ends.size());
        assertEquals("x", connection.received());
    }

    @Test
    void mayBeClosedFromItsOwnCallback() throws IOException {
        var output = new NonBlockingOutput(connection);
        output.start(new NonBlockingOutput.Listener() {
            @Override
            public void onReady() {
                output.close();
            }

            @Override
            public void onClosed(OutputEnd end) {
                ends.add(end);
            }
        });
        assertEquals(List.of(new OutputEnd.Closed()), ends);
    }

    @Test
    void knowsForHowLongTheClientTookNothing() throws IOException {
        var output = started();
        assertEquals(0, output.stalledFor(System.nanoTime() + 1_000_000_000L));

        connection.clientStopsReading();
        long before = System.nanoTime();
        assertFalse(output.ready());
        assertTrue(output.stalledFor(before + 5_000_000_000L) <= 5_000_000_000L);
        assertTrue(output.stalledFor(System.nanoTime() + 5_000_000_000L) >= 4_999_999_999L);

        connection.clientReadsAgain();
        assertEquals(0, output.stalledFor(System.nanoTime() + 5_000_000_000L));
    }

    @Test
    void countsTheWaitForTheFirstReadyAsAStall() throws IOException {
        connection = FakeConnection.thatIsReadyLater();
        var output = started();
        assertTrue(output.stalledFor(System.nanoTime() + 5_000_000_000L) > 4_000_000_000L);
    }

    @Test
    void canBeClosedWhileTheClientIsStalled() throws IOException {
        var output = started();
        connection.clientStopsReading();
        assertFalse(output.ready());
        var end = new OutputEnd.Stalled(Duration.ofSeconds(20));
        output.close(end);
        assertEquals(List.of(end), ends);
        assertEquals(1, connection.completions());
        assertEquals(0, output.stalledFor(System.nanoTime() + 5_000_000_000L));
    }

    private NonBlockingOutput started() throws IOException {
        var output = new NonBlockingOutput(connection);
        output.start(new NonBlockingOutput.Listener() {
            @Override
            public void onReady() {
                readies++;
            }

            @Override
            public void onClosed(OutputEnd end) {
                ends.add(end);
            }
        });
        return output;
    }

    private static boolean send(NonBlockingOutput output, String text) {
        assertTrue(output.ready());
        write(output, text);
        return output.flush();
    }

    private static void write(NonBlockingOutput output, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        output.write(bytes, 0, bytes.length);
    }
}

package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import imagegen.fuzz.Mutations;
import org.junit.jupiter.api.Test;

class EventStreamFuzzTest {

    @Test
    void aHostileStreamIsReadAsTheStandardReadsIt() {
        Mutations.of("event-stream", stream -> {
            var bytewise = new Transcript();
            var whole = new Transcript();
            var parser = new EventStreamParser(EventStreamParser.Limits.DEFAULT, bytewise);
            for (int i = 0; i < stream.length; i++) {
                parser.parse(stream, i, 1);
            }
            new EventStreamParser(EventStreamParser.Limits.DEFAULT, whole).parse(stream, 0, stream.length);
            assertEquals(PlainParser.parse(stream), whole.lines());
            assertEquals(whole.lines(), bytewise.lines());
        });
    }
}

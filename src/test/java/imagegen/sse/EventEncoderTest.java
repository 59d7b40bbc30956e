package imagegen.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Providers;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventEncoderTest {

    private final EventEncoder encoder = new EventEncoder();

    @Test
    void writesEachFieldOnALineOfItsOwn() {
        var event = event().comment("c").name("n").id("1").reconnectDelay(3000).data("d").build();
        assertEquals(": c\nretry: 3000\nid: 1\nevent: n\ndata: d\n\n", encoded(event));
    }

    @Test
    void writesOnlyWhatThereIs() {
        assertEquals("data: d\n\n", encoded(event().data("d").build()));
        assertEquals(": c\n\n", encoded(event().comment("c").build()));
        assertEquals("retry: 0\n\n", encoded(event().reconnectDelay(0).build()));
        assertEquals("id: \n\n", encoded(event().id("").build()));
    }

    @Test
    void splitsDataAndCommentsAtAnyKindOfLineBreak() {
        assertEquals("data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n", encoded(event().data("a\nb\rc\r\nd\n").build()));
        assertEquals(": a\n: b\n\n", encoded(event().comment("a\r\nb").build()));
        assertEquals("data: \n\n", encoded(event().data("").build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb"})
    void refusesALineBreakInANameOrId(String value) {
        assertThrows(IllegalArgumentException.class, () -> encoded(event().name(value).data("").build()));
        assertThrows(IllegalArgumentException.class, () -> encoded(event().id(value).data("").build()));
    }

    @Test
    void refusesAnIdThatEveryReaderIgnores() {
        assertThrows(IllegalArgumentException.class, () -> encoded(event().id("a\0").build()));
    }

    @Test
    void writesBytesAsTheyAreAndNumbersAsText() {
        assertEquals("data: \u20ac\n\n", encoded(event().data("\u20ac".getBytes(UTF_8)).build()));
        assertEquals("data: 42\n\n", encoded(event().data(42).build()));
        assertEquals("data: true\n\n", encoded(event().data(true).build()));
    }

    @Test
    void leavesOtherTypesToTheWritersItWasGiven() {
        var event = event().data(new GenericType<List<LocalDate>>() { }, List.of(LocalDate.EPOCH))
                .mediaType(MediaType.APPLICATION_JSON_TYPE).build();
        assertThrows(ProcessingException.class, () -> encoded(event));
        assertEquals("data: [1970-01-01] as json\n\n",
                new String(new EventEncoder(new ListWriter()).encode(event), UTF_8));
    }

    @Test
    void writesSeveralOneAfterTheOther() {
        var events = List.of(event().name("a").data("1").build(), event().comment("\u20ac\n").build());
        assertEquals("event: a\ndata: 1\n\n: \u20ac\n: \n\n", new String(encoder.encode(events), UTF_8));
    }

    @Test
    void whatItWritesTheParserReadsBack() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            var name = text(random, "ab :\u20ac");
            var id = text(random, "12 :\u00e4");
            var data = text(random, "xy :\n\u20ac\ud83d");
            var transcript = new Transcript();
            var bytes = encoder.encode(event().name(name).id(id).data(data).build());
            new EventStreamParser(EventStreamParser.Limits.DEFAULT, transcript).parse(bytes, 0, bytes.length);
            var expected = (name.isEmpty() ? "message" : name) + "|" + id + "|"
                    + new String(data.getBytes(UTF_8), UTF_8);
            assertEquals(List.of(expected), transcript.lines(), "again with -Dseed=" + seed);
        }
    }

    @Test
    void anEventOfNothingCannotBeBuilt() {
        assertThrows(IllegalStateException.class, () -> event().build());
    }

    private static String text(Random random, String alphabet) {
        var text = new StringBuilder();
        int length = random.nextInt(8);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static OutboundEvent.Builder event() {
        return new OutboundEvent.Builder();
    }

    private String encoded(jakarta.ws.rs.sse.OutboundSseEvent event) {
        return new String(encoder.encode(event), UTF_8);
    }

    /** Providers with one writer, for lists. */
    private static final class ListWriter implements Providers, MessageBodyWriter<Object> {

        @Override
        @SuppressWarnings("unchecked") // it writes whatever it says it can
        public <T> MessageBodyWriter<T> getMessageBodyWriter(Class<T> type, Type genericType, Annotation[] annotations,
                MediaType mediaType) {
            return isWriteable(type, genericType, annotations, mediaType) ? (MessageBodyWriter<T>) this : null;
        }

        @Override
        public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
            return genericType.getTypeName().equals("java.util.List<java.time.LocalDate>");
        }

        @Override
        public void writeTo(Object value, Class<?> type, Type genericType, Annotation[] annotations,
                MediaType mediaType, MultivaluedMap<String, Object> headers, OutputStream out) throws IOException {
            out.write((value + " as " + mediaType.getSubtype()).getBytes(UTF_8));
        }

        @Override
        public <T> MessageBodyReader<T> getMessageBodyReader(Class<T> type, Type genericType, Annotation[] annotations,
                MediaType mediaType) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T extends Throwable> ExceptionMapper<T> getExceptionMapper(Class<T> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> ContextResolver<T> getContextResolver(Class<T> contextType, MediaType mediaType) {
            throw new UnsupportedOperationException();
        }
    }
}

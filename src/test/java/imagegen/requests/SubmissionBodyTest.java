package imagegen.requests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import imagegen.backend.Parameters;
import imagegen.backend.Submission;
import imagegen.problem.JsonBody;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmissionBodyTest {

    private static Submission read(String json, String... passed) throws IOException {
        return SubmissionBody.read(JsonBody.read(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), 16 * 1024),
                new Parameters(List.of(passed).contains("*"), Set.of(passed)));
    }

    private static String detail(String json, String... passed) {
        var refusal = assertThrows(ProblemException.class, () -> read(json, passed));
        assertEquals(true, refusal.problem().is(ProblemType.INVALID_BODY));
        return refusal.problem().detail().orElseThrow();
    }

    @Test
    void readsAWholeSubmission() throws IOException {
        assertEquals(new Submission("a fox 🦊", 64, 2048, 4, Optional.of("ink wash")), read("""
                {"prompt": "a fox 🦊", "width": 64, "height": 2048, "count": 4, "style": "ink wash"}"""));
    }

    @Test
    void drawsOneImageInAnyStyleWhereNothingElseIsSaid() throws IOException {
        assertEquals(new Submission("a fox", 512, 512, 1, Optional.empty()),
                read("{\"prompt\":\"a fox\",\"width\":512,\"height\":512}"));
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        assertEquals("prompt is missing; width is missing; height must be a whole number from 64 to 2048; "
                + "count must be a whole number from 1 to 4; unknown members 'colour', 'size'.",
                detail("{\"height\":\"512\",\"count\":0,\"colour\":1,\"size\":2}"));
    }

    @Test
    void keepsFurtherMembersThatTheBackendMayBeGiven() throws IOException {
        var fox = "{\"prompt\":\"a fox\",\"width\":512,\"height\":512,\"seed\":42,\"steps\":[1,{\"a\":null}]}";
        assertEquals("{\"seed\":42,\"steps\":[1,{\"a\":null}]}", read(fox, "*").more().toString());
        assertEquals("unknown member 'steps'.", detail(fox, "seed"));
        assertEquals("unknown members 'seed', 'steps'.", detail(fox));
    }

    @Test
    void boundsWhatIsPassedThroughUnseen() {
        var many = IntStream.range(0, 17).mapToObj(it -> ",\"m" + it + "\":0").collect(Collectors.joining());
        assertEquals("more than 16 further members.",
                detail("{\"prompt\":\"p\",\"width\":64,\"height\":64" + many + "}", "*"));
        assertEquals("further members are longer than 4096 characters.",
                detail("{\"prompt\":\"p\",\"width\":64,\"height\":64,\"seed\":\"" + "9".repeat(4096) + "\"}", "seed"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "17 | prompt must be a string.",
        "null | prompt must be a string.",
        "'' | prompt is blank.",
        "' \\t' | prompt is blank."})
    void refusesAPromptThatIsNone(String prompt, String words) {
        var json = prompt.isBlank() || prompt.contains("t") ? "\"" + prompt + "\"" : prompt;
        assertEquals(words, detail("{\"prompt\":" + (prompt.equals("null") ? "null" : json)
                + ",\"width\":512,\"height\":512}"));
    }

    @Test
    void countsAPromptInCharactersAsPeopleDo() throws IOException {
        read("{\"prompt\":\"" + "🦊".repeat(2000) + "\",\"width\":512,\"height\":512}");
        assertEquals("prompt is longer than 2000 characters.",
                detail("{\"prompt\":\"" + "x".repeat(2001) + "\",\"width\":512,\"height\":512}"));
    }

    @ParameterizedTest
    @CsvSource({"63", "2049", "512.5", "1e30", "-512", "true", "[]", "4294967808"})
    void refusesASizeThatIsNone(String width) {
        assertEquals("width must be a whole number from 64 to 2048.",
                detail("{\"prompt\":\"a fox\",\"width\":" + width + ",\"height\":512}"));
    }

    @Test
    void namesNoMoreThanAFewUnknownMembersAndNoneAtFullLength() {
        assertEquals("unknown members 'a', 'b', 'c', 'd', 'e' and 1 more.",
                detail("{\"prompt\":\"p\",\"width\":64,\"height\":64,\"a\":1,"
                        + "\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1}"));
        assertEquals("unknown member '" + "x".repeat(40) + "…'.",
                detail("{\"prompt\":\"p\",\"width\":64,\"height\":64,\"" + "x".repeat(500) + "\":1}"));
    }
}

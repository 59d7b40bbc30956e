package imagegen.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateCodecTest {

    private static final RequestId ID = new RequestId("123e4567-e89b-12d3-a456-426614174000");
    private static final Image IMAGE = new Image("https://url.to/image.png", "image/png", "image.png", 1824075, 1024, 1024);

    private final UpdateCodec codec = new UpdateCodec("user_id");

    @Test
    void readsThePlansSuccess() {
        assertEquals(Success.of(ID, List.of(IMAGE)), update("""
                {"request_id": "123e4567-e89b-12d3-a456-426614174000", "status": "OK", "payload": {"images": [
                  {"url": "https://url.to/image.png", "content_type": "image/png", "file_name": "image.png",
                   "file_size": 1824075, "width": 1024, "height": 1024}]}}"""));
    }

    @Test
    void readsWhatAnImageMayHaveBesidesAndLeavesOutWhatMakesNoSense() {
        assertEquals(new Progress(ID, Optional.empty(), OptionalDouble.empty(),
                        List.of(new Image("/a.jpg", "", "", 0, 0, 0).withThumbnail("/b.jpg").withSeed(-1).asPreview(),
                                new Image("/c.jpg", "", "", 0, 0, 0))), update("""
                {"request_id": "123e4567-e89b-12d3-a456-426614174000", "status": "PROGRESS", "payload": {"images": [
                  {"url": "/a.jpg", "thumbnail": "/b.jpg", "seed": -1, "preview": true},
                  {"url": "/c.jpg", "thumbnail": "javascript:alert(1)", "seed": [1e99], "preview": "yes"}]}}"""));
    }

    @Test
    void readsThePlansError() {
        assertEquals(Failure.of(ID, "Invalid status code: 422"), update("""
                {"request_id": "123e4567-e89b-12d3-a456-426614174000", "status": "ERROR",
                 "message": "Invalid status code: 422"}"""));
    }

    @Test
    void readsThePlansProgress() {
        assertEquals(Progress.of(ID, 50), update("""
                {"request_id": "123e4567-e89b-12d3-a456-426614174000", "status": "PROGRESS",
                 "payload": {"progress": 50}}"""));
    }

    @Test
    void whatItWritesItReadsBack() {
        List<Update> updates = List.of(
                Progress.of(ID, 0), Progress.of(ID, 33.5), Progress.of(ID, 100),
                new Progress(ID, Optional.of("line\nbreak \"quoted\" \u2028 \ud83d\ude00"), OptionalDouble.empty(), List.of(IMAGE)),
                Success.of(ID, List.of()), Success.of(ID, List.of(IMAGE, IMAGE)),
                Success.of(ID, List.of(IMAGE.withThumbnail("/small.jpg").withSeed(4294967295L))),
                new Progress(ID, Optional.empty(), OptionalDouble.of(5), List.of(IMAGE.asPreview())),
                new Failure(ID, Optional.empty(), false), Failure.of(ID, ""), Failure.guess(ID, "lost"));
        for (Update update : updates) {
            byte[] json = UpdateCodec.encode(update);
            assertEquals(update, update(new String(json, UTF_8)));
            assertTrue(new String(json, UTF_8).lines().count() == 1, "one line");
        }
    }

    @Test
    void saysOfAFailureThatItIsOnlyAGuess() {
        var guess = Failure.guess(ID, "lost");
        assertEquals("""
                {"request_id":"123e4567-e89b-12d3-a456-426614174000","status":"ERROR","message":"lost","provisional":true}""",
                new String(UpdateCodec.encode(guess), UTF_8));
        assertFalse(guess.terminal());
        assertTrue(Failure.of(ID, "lost").terminal());
        assertFalse(new String(UpdateCodec.encode(Failure.of(ID, "lost")), UTF_8).contains("provisional"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "null", "1", "\"true\"", "[true]", "{\"x\":true}"})
    void takesNothingButTrueForAGuess(String value) {
        assertEquals(new Failure(ID, Optional.empty(), false), update(
                "{\"request_id\":\"" + ID + "\",\"provisional\":" + value + ",\"status\":\"ERROR\"}"));
    }

    @Test
    void skipsUnknownMembersOfAnyShape() {
        assertEquals(Progress.of(ID, 7), update("""
                {"extra": {"deep": [1, {"request_id": "no"}]}, "request_id": "123e4567-e89b-12d3-a456-426614174000",
                 "list": [[]], "status": "PROGRESS", "payload": {"eta": 4, "progress": 7, "x": []}, "message": null}"""));
    }

    @Test
    void namesTheOwnerOnASharedStream() {
        Decoded decoded = decode("{\"request_id\":\"a\",\"user_id\":\"alice\",\"status\":\"OK\"}");
        assertEquals(Optional.of("alice"), assertInstanceOf(Decoded.Valid.class, decoded).user());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MALFORMED_JSON     |
            MALFORMED_JSON     | []
            MALFORMED_JSON     | "text"
            MALFORMED_JSON     | {"request_id": broken
            MALFORMED_JSON     | {"request_id": "a", "status": "OK"
            MALFORMED_JSON     | {"request_id": "a", "status": "OK"} trailing
            MISSING_REQUEST_ID | {"type": "ping"}
            MISSING_REQUEST_ID | {"request_id": null, "status": "OK"}
            INVALID_REQUEST_ID | {"request_id": "", "status": "OK"}
            INVALID_REQUEST_ID | {"request_id": "a b", "status": "OK"}
            INVALID_MEMBER     | {"request_id": 7, "status": "OK"}
            UNKNOWN_STATUS     | {"request_id": "a"}
            UNKNOWN_STATUS     | {"request_id": "a", "status": "ok"}
            INVALID_MEMBER     | {"request_id": "a", "status": "PROGRESS", "payload": {"progress": 101}}
            INVALID_MEMBER     | {"request_id": "a", "status": "PROGRESS", "payload": {"progress": -1}}
            INVALID_MEMBER     | {"request_id": "a", "status": "PROGRESS", "payload": {"progress": "50"}}
            INVALID_MEMBER     | {"request_id": "a", "status": "PROGRESS", "payload": {"progress": 1e999}}
            INVALID_MEMBER     | {"request_id": "a", "status": "PROGRESS", "payload": []}
            INVALID_MEMBER     | {"request_id": "a", "status": "PROGRESS", "message": 7}
            INVALID_MEMBER     | {"request_id": "a", "payload": {"images": [1]}, "status": "PROGRESS"}
            """)
    void discardsABadMessageWithItsReason(Decoded.Reason reason, String json) {
        assertEquals(reason, assertInstanceOf(Decoded.Invalid.class, decode(json == null ? "" : json)).reason());
    }

    @Test
    void survivesBytesThatAreNoText() {
        assertInstanceOf(Decoded.Invalid.class, codec.decode(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1}));
        assertInstanceOf(Decoded.Invalid.class, decode("[".repeat(100_000)));
        assertInstanceOf(Decoded.Invalid.class, decode("{\"a\":".repeat(100_000)));
    }

    @Test
    void aBadByteInATextDoesNotCostARequestItsEnd() {
        byte[] json = "{\"request_id\":\"a\",\"status\":\"ERROR\",\"message\":\"no ?\"}".getBytes(UTF_8);
        json[json.length - 3] = (byte) 0xff;
        Decoded.Valid valid = assertInstanceOf(Decoded.Valid.class, codec.decode(json));
        assertEquals(Failure.of(new RequestId("a"), "no \ufffd"), valid.update());
    }

    @Test
    void keepsTheGoodImagesOfAResultAndSaysThatOneWasLeftOut() {
        Decoded.Valid valid = assertInstanceOf(Decoded.Valid.class, decode("""
                {"request_id": "a", "status": "OK", "payload": {"images": [{"url": "javascript:alert(1)"}, {"url": "/i.png"}]}}"""));
        assertEquals(List.of("/i.png"), ((Success) valid.update()).images().stream().map(Image::url).toList());
        assertTrue(valid.defect().isPresent());
    }

    @Test
    void endsARequestAsFailedWhenNoneOfItsImagesCanBeShown() {
        Decoded.Valid valid = assertInstanceOf(Decoded.Valid.class, decode("""
                {"request_id": "a", "status": "OK", "payload": {"images": [{"url": "javascript:alert(1)"}]}}"""));
        assertInstanceOf(Failure.class, valid.update());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"payload\":{\"images\":[{\"url\":\"/i.png\",\"file_size\":\"304277\"}]}",
        "\"payload\":{\"images\":[{\"url\":\"/i.png\",\"file_size\":1e999}]}",
        "\"payload\":{\"images\":[{\"url\":\"/i.png\",\"width\":-1}]}",
        "\"payload\":{\"images\":[{\"url\":\"/i.png\",\"height\":99999999999}]}",
        "\"payload\":{\"images\":[{\"url\":\"/i.png\",\"content_type\":{\"a\":[1]},\"file_name\":[[]]}]}",
        "\"payload\":{\"images\":[7,{\"url\":\"/i.png\"},[{\"url\":\"/no.png\"}]]}",
        "\"message\":{\"en\":\"done\"},\"payload\":{\"progress\":\"100\",\"images\":[{\"url\":\"/i.png\"}]}",
        "\"user_id\":42,\"payload\":{\"images\":[{\"url\":\"/i.png\"}]}"})
    void leavesOutOfAResultWhatItCanNotUseAndKeepsTheRest(String members) {
        var result = new Success(new RequestId("a"), Optional.empty(), List.of(new Image("/i.png", "", "", 0, 0, 0)));
        for (var json : List.of("{\"request_id\":\"a\",\"status\":\"OK\"," + members + "}",
                "{" + members + ",\"status\":\"OK\",\"request_id\":\"a\"}")) {
            Decoded.Valid valid = assertInstanceOf(Decoded.Valid.class, decode(json));
            assertEquals(result, valid.update());
            assertTrue(valid.defect().isPresent());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"message\":404", "\"payload\":[]", "\"payload\":{\"images\":{},\"progress\":[{}]}"})
    void keepsAFailureWhateverElseIsWrong(String member) {
        Decoded.Valid valid = assertInstanceOf(Decoded.Valid.class,
                decode("{\"request_id\":\"a\",\"status\":\"ERROR\"," + member + "}"));
        assertEquals(new Failure(new RequestId("a"), Optional.empty(), false), valid.update());
        assertTrue(valid.defect().isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"images\":{}", "\"images\":[1]", "\"images\":\"none\"", "\"images\":[{}]"})
    void endsARequestWhoseResultIsNoneAsFailed(String member) {
        Decoded.Valid valid = assertInstanceOf(Decoded.Valid.class,
                decode("{\"request_id\":\"a\",\"status\":\"OK\",\"payload\":{" + member + "}}"));
        assertTrue(assertInstanceOf(Failure.class, valid.update()).terminal());
    }

    @Test
    void findsAnEndingBesideSomethingDeep() {
        assertEquals(Success.of(ID, List.of()), update("{\"meta\":" + "[".repeat(400) + "]".repeat(400)
                + ",\"request_id\":\"" + ID + "\",\"status\":\"OK\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://img_store.example/a.png", "http://a", "HTTP://a:8080?x=1", "https://a/b c|d.png",
        "/a b.png", "/", "https://[::1]/a", "https://b\u00fccher.example/\u00e4.png"})
    void takesWhatABrowserFetches(String url) {
        assertEquals(url, new Image(url, "", "", 0, 0, 0).url());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/\\\\evil.example", "/\\u0009/evil.example", "https:evil.example", "https:///evil.example",
        "https://a b/", "https://\\\\evil.example", "java\\u000ascript:x", "http://a\\\\@b", "\\u0000/x", "ftp://a/b",
        "javascript:alert(1)", "data:text/html,x", "//evil.example/x", "relative.png", "http:", "https://", "", " /x"})
    void refusesAnImageThatIsNotFetchedByHttp(String url) {
        Decoded.Valid valid = assertInstanceOf(Decoded.Valid.class,
                decode("{\"request_id\":\"a\",\"status\":\"OK\",\"payload\":{\"images\":[{\"url\":\"" + url + "\"}]}}"));
        assertInstanceOf(Failure.class, valid.update());
    }

    private Update update(String json) {
        return assertInstanceOf(Decoded.Valid.class, decode(json)).update();
    }

    private Decoded decode(String json) {
        return codec.decode(json.getBytes(UTF_8));
    }
}

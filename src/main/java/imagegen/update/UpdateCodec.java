package imagegen.update;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of an update, both ways. Unknown members are skipped, so that a backend may add some. Of what is known and
 * optional, a value that can't be used costs a PROGRESS, which will be followed by another, but not an ending: that is
 * read without it. Stateless; any thread.
 */
public final class UpdateCodec {

    // Jackson goes through nested values without recursion: deep ones cost no stack, and hide no ending.
    private static final int MAX_DEPTH = 500;
    private static final double MAX_WHOLE = 0x1p53;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build()).build();

    private final String userMember;

    /** @param userMember the member of a message that names its owner, on a stream that carries many users' updates */
    public UpdateCodec(String userMember) {
        this.userMember = Objects.requireNonNull(userMember, "userMember");
    }

    /** Reads one message of the backend: UTF-8 JSON. Never throws for what is in it. */
    public Decoded decode(byte[] json) {
        // Of a string, in which malformed UTF-8 is replaced already: it must not cost a request its end.
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), new String(json, UTF_8))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Decoded.Invalid(Decoded.Reason.MALFORMED_JSON, "not a JSON object");
            }
            Message message = new Message();
            message.read(parser);
            if (parser.nextToken() != null) {
                return new Decoded.Invalid(Decoded.Reason.MALFORMED_JSON, "more than one JSON object");
            }
            return message.decoded();
        } catch (JacksonException malformed) {
            return new Decoded.Invalid(Decoded.Reason.MALFORMED_JSON, malformed.getLocation() == null ? "no JSON"
                    : "no JSON at offset " + malformed.getLocation().getCharOffset());
        }
    }

    /** The plan's message in UTF-8, on one line. */
    public static byte[] encode(Update update) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(384);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("request_id", update.requestId().value());
            json.writeStringProperty("status", switch (update) {
                case Progress progress -> "PROGRESS";
                case Success success -> "OK";
                case Failure failure -> "ERROR";
            });
            update.message().ifPresent(message -> json.writeStringProperty("message", message));
            switch (update) {
                case Progress progress -> writePayload(json, progress.images(), progress.progress());
                case Success success -> writePayload(json, success.images(), OptionalDouble.empty());
                case Failure failure when failure.provisional() -> json.writeBooleanProperty("provisional", true);
                case Failure failure -> { }
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void writePayload(JsonGenerator json, List<Image> images, OptionalDouble progress) {
        if (images.isEmpty() && progress.isEmpty()) {
            return;
        }
        json.writeObjectPropertyStart("payload");
        progress.ifPresent(percent -> {
            if (percent == Math.rint(percent)) {
                json.writeNumberProperty("progress", (int) percent);
            } else {
                json.writeNumberProperty("progress", percent);
            }
        });
        if (!images.isEmpty()) {
            json.writeArrayPropertyStart("images");
            for (Image image : images) {
                json.writeStartObject();
                json.writeStringProperty("url", image.url());
                json.writeStringProperty("content_type", image.contentType());
                json.writeStringProperty("file_name", image.fileName());
                json.writeNumberProperty("file_size", image.fileSize());
                json.writeNumberProperty("width", image.width());
                json.writeNumberProperty("height", image.height());
                image.thumbnail().ifPresent(url -> json.writeStringProperty("thumbnail", url));
                image.seed().ifPresent(seed -> json.writeNumberProperty("seed", seed));
                if (image.preview()) {
                    json.writeBooleanProperty("preview", true);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    /** The members of one message while they are read, in whatever order they come. */
    private final class Message extends Members {

        private Optional<String> requestId = Optional.empty();
        private Optional<String> status = Optional.empty();
        private Optional<String> text = Optional.empty();
        private Optional<String> user = Optional.empty();
        private OptionalDouble progress = OptionalDouble.empty();
        private boolean provisional;
        private final List<Image> images = new ArrayList<>(1);
        private boolean resultLeftOut;

        @Override
        void member(String name) {
            switch (name) {
                case "request_id" -> requestId = string(name);
                case "status" -> status = string(name);
                case "message" -> text = string(name);
                case "payload" -> {
                    if (!object(name, this::payload)) {
                        resultLeftOut = true;
                    }
                }
                case "provisional" -> provisional = truth();
                default -> {
                    if (name.equals(userMember)) {
                        user = string(name);
                    } else {
                        skip();
                    }
                }
            }
        }

        private void payload(String name) {
            switch (name) {
                case "progress" -> progress = number(name, 100);
                case "images" -> images();
                default -> skip();
            }
        }

        private void images() {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                return;
            }
            if (token != JsonToken.START_ARRAY) {
                parser.skipChildren();
                leaveOut("images is no array");
                resultLeftOut = true;
                return;
            }
            for (token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    ImageMembers image = new ImageMembers(this);
                    image.read(parser);
                    image.image().ifPresentOrElse(images::add, () -> resultLeftOut = true);
                } else {
                    parser.skipChildren();
                    leaveOut("images holds something else than objects");
                    resultLeftOut = true;
                }
            }
        }

        Decoded decoded() {
            if (requestId.isEmpty()) {
                return defect.isPresent() && status.isPresent()
                        ? new Decoded.Invalid(Decoded.Reason.INVALID_MEMBER, defect.get())
                        : new Decoded.Invalid(Decoded.Reason.MISSING_REQUEST_ID, "request_id is missing");
            }
            Optional<RequestId> id = RequestId.parse(requestId.get());
            if (id.isEmpty()) {
                return new Decoded.Invalid(Decoded.Reason.INVALID_REQUEST_ID, "request_id is no request id");
            }
            return switch (status.orElse("")) {
                case "PROGRESS" -> defect.isPresent()
                        ? new Decoded.Invalid(Decoded.Reason.INVALID_MEMBER, defect.get())
                        : valid(new Progress(id.get(), text, progress, images));
                case "OK" -> valid(success(id.get()));
                case "ERROR" -> valid(new Failure(id.get(), text, provisional));
                default -> new Decoded.Invalid(Decoded.Reason.UNKNOWN_STATUS, "status is not OK, ERROR or PROGRESS");
            };
        }

        /** A request's end must reach its user even when the backend describes an image badly. */
        private Update success(RequestId id) {
            return resultLeftOut && images.isEmpty()
                    ? Failure.of(id, "The backend's result can't be shown: " + defect.orElseThrow())
                    : new Success(id, text, images);
        }

        private Decoded valid(Update update) {
            return new Decoded.Valid(update, user, defect);
        }
    }

    private static final class ImageMembers extends Members {

        private final Members message;
        private String url = "";
        private String contentType = "";
        private String fileName = "";
        private long fileSize;
        private int width;
        private int height;
        private Optional<String> thumbnail = Optional.empty();
        private OptionalLong seed = OptionalLong.empty();
        private boolean preview;

        ImageMembers(Members message) {
            this.message = message;
        }

        @Override
        void member(String name) {
            switch (name) {
                case "url" -> url = string(name).orElse("");
                case "content_type" -> contentType = string(name).orElse("");
                case "file_name" -> fileName = string(name).orElse("");
                case "file_size" -> fileSize = (long) number(name, MAX_WHOLE).orElse(0);
                case "width" -> width = (int) number(name, Integer.MAX_VALUE).orElse(0);
                case "height" -> height = (int) number(name, Integer.MAX_VALUE).orElse(0);
                // Not the plan's: one that can't be used is as good as none, and costs no update.
                case "thumbnail" -> thumbnail = Optional.of(text()).filter(Image::fetchable);
                case "seed" -> seed = whole();
                case "preview" -> preview = truth();
                default -> skip();
            }
        }

        @Override
        void leaveOut(String what) {
            message.leaveOut(what);
        }

        Optional<Image> image() {
            try {
                return Optional.of(new Image(url, contentType, fileName, fileSize, width, height, thumbnail, seed, preview));
            } catch (IllegalArgumentException invalid) {
                leaveOut(invalid.getMessage());
                return Optional.empty();
            }
        }
    }

    /** Reads the members of one JSON object; {@code null} counts as absent, and what can't be used is left out. */
    private abstract static class Members {

        /** The first thing that was left out. */
        Optional<String> defect = Optional.empty();
        JsonParser parser;

        void read(JsonParser from) {
            parser = from;
            members(this::member);
        }

        /** Consumes the value of the member. */
        abstract void member(String name);

        void leaveOut(String what) {
            if (defect.isEmpty()) {
                defect = Optional.of(what);
            }
        }

        /** Whether the value is an object, which is then read, or absent. */
        final boolean object(String name, Consumer<String> each) {
            switch (parser.nextToken()) {
                case START_OBJECT -> members(each);
                case VALUE_NULL -> { }
                default -> {
                    parser.skipChildren();
                    leaveOut(name + " is no object");
                    return false;
                }
            }
            return true;
        }

        final Optional<String> string(String name) {
            switch (parser.nextToken()) {
                case VALUE_STRING -> {
                    return Optional.of(parser.getString());
                }
                case VALUE_NULL -> { }
                default -> {
                    parser.skipChildren();
                    leaveOut(name + " is not a string");
                }
            }
            return Optional.empty();
        }

        /** A number from 0 to the limit. */
        final OptionalDouble number(String name, double limit) {
            switch (parser.nextToken()) {
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                    double number = parser.getDoubleValue();
                    if (number >= 0 && number <= limit) {
                        return OptionalDouble.of(number);
                    }
                    leaveOut(name + " is out of range");
                }
                case VALUE_NULL -> { }
                default -> {
                    parser.skipChildren();
                    leaveOut(name + " is not a number");
                }
            }
            return OptionalDouble.empty();
        }

        /** A text, or none. */
        final String text() {
            JsonToken token = parser.nextToken();
            String text = token == JsonToken.VALUE_STRING ? parser.getString() : "";
            parser.skipChildren();
            return text;
        }

        /** A whole number that every reader of JSON reads alike, or nothing. */
        final OptionalLong whole() {
            JsonToken token = parser.nextToken();
            double number = token == JsonToken.VALUE_NUMBER_INT ? parser.getDoubleValue() : Double.NaN;
            parser.skipChildren();
            return Math.abs(number) <= MAX_WHOLE ? OptionalLong.of((long) number) : OptionalLong.empty();
        }

        final boolean truth() {
            JsonToken token = parser.nextToken();
            parser.skipChildren();
            return token == JsonToken.VALUE_TRUE;
        }

        final void skip() {
            parser.nextToken();
            parser.skipChildren();
        }

        private void members(Consumer<String> each) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                each.accept(name);
            }
        }
    }
}

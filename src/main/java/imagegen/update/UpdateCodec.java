package imagegen.update;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import jakarta.json.stream.JsonParsingException;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The JSON of an update, both ways. Unknown members are skipped, so that a backend may add some; what is known must be
 * of its type. Stateless; any thread.
 */
public final class UpdateCodec {

    private static final int MAX_DEPTH = 64;
    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());
    private static final JsonGeneratorFactory GENERATORS = Json.createGeneratorFactory(Map.of());

    private final String userMember;

    /** @param userMember the member of a message that names its owner, on a stream that carries many users' updates */
    public UpdateCodec(String userMember) {
        this.userMember = Objects.requireNonNull(userMember, "userMember");
    }

    /** Reads one message of the backend: UTF-8 JSON. Never throws for what is in it. */
    public Decoded decode(byte[] json) {
        // Of a string: for each byte stream Parsson makes a decoder with a buffer of 8 KB
        try (JsonParser parser = PARSERS.createParser(new StringReader(new String(json, UTF_8)))) {
            Message message = new Message();
            if (!parser.hasNext() || parser.next() != Event.START_OBJECT) {
                return new Decoded.Invalid(Decoded.Reason.MALFORMED_JSON, "not a JSON object");
            }
            message.read(parser);
            if (parser.hasNext()) {
                parser.next();
            }
            return message.decoded();
        } catch (InvalidMember invalid) {
            return new Decoded.Invalid(Decoded.Reason.INVALID_MEMBER, invalid.getMessage());
        } catch (JsonParsingException malformed) {
            return new Decoded.Invalid(Decoded.Reason.MALFORMED_JSON,
                    "no JSON at offset " + malformed.getLocation().getStreamOffset());
        } catch (JsonException | IllegalStateException | NoSuchElementException malformed) {
            return new Decoded.Invalid(Decoded.Reason.MALFORMED_JSON, "no JSON");
        }
    }

    /** The plan's message in UTF-8, on one line. */
    public static byte[] encode(Update update) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(384);
        try (JsonGenerator json = GENERATORS.createGenerator(bytes, UTF_8)) {
            json.writeStartObject();
            json.write("request_id", update.requestId().value());
            json.write("status", switch (update) {
                case Progress progress -> "PROGRESS";
                case Success success -> "OK";
                case Failure failure -> "ERROR";
            });
            update.message().ifPresent(message -> json.write("message", message));
            switch (update) {
                case Progress progress -> writePayload(json, progress.images(), progress.progress());
                case Success success -> writePayload(json, success.images(), OptionalDouble.empty());
                case Failure failure -> { }
            }
            json.writeEnd();
        }
        return bytes.toByteArray();
    }

    private static void writePayload(JsonGenerator json, List<Image> images, OptionalDouble progress) {
        if (images.isEmpty() && progress.isEmpty()) {
            return;
        }
        json.writeStartObject("payload");
        progress.ifPresent(percent -> {
            if (percent == Math.rint(percent)) {
                json.write("progress", (int) percent);
            } else {
                json.write("progress", percent);
            }
        });
        if (!images.isEmpty()) {
            json.writeStartArray("images");
            for (Image image : images) {
                json.writeStartObject();
                json.write("url", image.url());
                json.write("content_type", image.contentType());
                json.write("file_name", image.fileName());
                json.write("file_size", image.fileSize());
                json.write("width", image.width());
                json.write("height", image.height());
                json.writeEnd();
            }
            json.writeEnd();
        }
        json.writeEnd();
    }

    /** The members of one message while they are read, in whatever order they come. */
    private final class Message {

        private String requestId;
        private String status = "";
        private Optional<String> text = Optional.empty();
        private Optional<String> user = Optional.empty();
        private OptionalDouble progress = OptionalDouble.empty();
        private final List<Image> images = new ArrayList<>(1);
        private Optional<String> badImage = Optional.empty();

        void read(JsonParser parser) {
            members(parser, member -> {
                switch (member) {
                    case "request_id" -> requestId = string(parser, member).orElse(null);
                    case "status" -> status = string(parser, member).orElse("");
                    case "message" -> text = string(parser, member);
                    case "payload" -> readPayload(parser);
                    default -> {
                        if (member.equals(userMember)) {
                            user = string(parser, member);
                        } else {
                            skip(parser);
                        }
                    }
                }
            });
        }

        private void readPayload(JsonParser parser) {
            if (!enters(parser, "payload", Event.START_OBJECT)) {
                return;
            }
            members(parser, member -> {
                switch (member) {
                    case "progress" -> progress = number(parser, member);
                    case "images" -> readImages(parser);
                    default -> skip(parser);
                }
            });
        }

        private void readImages(JsonParser parser) {
            if (!enters(parser, "images", Event.START_ARRAY)) {
                return;
            }
            for (Event event = parser.next(); event != Event.END_ARRAY; event = parser.next()) {
                if (event != Event.START_OBJECT) {
                    throw new InvalidMember("images holds something else than objects");
                }
                ImageMembers image = new ImageMembers();
                image.read(parser);
                try {
                    images.add(image.image());
                } catch (IllegalArgumentException invalid) {
                    badImage = Optional.of(invalid.getMessage());
                }
            }
        }

        Decoded decoded() {
            if (requestId == null) {
                return new Decoded.Invalid(Decoded.Reason.MISSING_REQUEST_ID, "request_id is missing");
            }
            Optional<RequestId> id = RequestId.parse(requestId);
            if (id.isEmpty()) {
                return new Decoded.Invalid(Decoded.Reason.INVALID_REQUEST_ID, "request_id is no request id");
            }
            return switch (status) {
                case "PROGRESS" -> progress(id.get());
                case "OK" -> success(id.get());
                case "ERROR" -> valid(new Failure(id.get(), text));
                default -> new Decoded.Invalid(Decoded.Reason.UNKNOWN_STATUS, "status is not OK, ERROR or PROGRESS");
            };
        }

        private Decoded progress(RequestId id) {
            if (badImage.isPresent()) {
                return new Decoded.Invalid(Decoded.Reason.INVALID_MEMBER, badImage.get());
            }
            try {
                return valid(new Progress(id, text, progress, images));
            } catch (IllegalArgumentException invalid) {
                return new Decoded.Invalid(Decoded.Reason.INVALID_MEMBER, invalid.getMessage());
            }
        }

        /** A request's end must reach its user even when the backend describes an image badly. */
        private Decoded success(RequestId id) {
            if (badImage.isPresent() && images.isEmpty()) {
                Failure failure = Failure.of(id, "The backend's result can't be shown: " + badImage.get());
                return new Decoded.Valid(failure, user, badImage);
            }
            return new Decoded.Valid(new Success(id, text, images), user, badImage);
        }

        private Decoded valid(Update update) {
            return new Decoded.Valid(update, user, Optional.empty());
        }
    }

    private static final class ImageMembers {

        private String url = "";
        private String contentType = "";
        private String fileName = "";
        private long fileSize;
        private long width;
        private long height;

        void read(JsonParser parser) {
            members(parser, member -> {
                switch (member) {
                    case "url" -> url = string(parser, member).orElse("");
                    case "content_type" -> contentType = string(parser, member).orElse("");
                    case "file_name" -> fileName = string(parser, member).orElse("");
                    case "file_size" -> fileSize = (long) number(parser, member).orElse(0);
                    case "width" -> width = (long) number(parser, member).orElse(0);
                    case "height" -> height = (long) number(parser, member).orElse(0);
                    default -> skip(parser);
                }
            });
        }

        Image image() {
            if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("width or height of an image is too large");
            }
            return new Image(url, contentType, fileName, fileSize, (int) width, (int) height);
        }
    }

    private interface Member {
        /** Consumes the value that follows the name. */
        void read(String name);
    }

    private static void members(JsonParser parser, Member member) {
        for (Event event = parser.next(); event != Event.END_OBJECT; event = parser.next()) {
            member.read(parser.getString());
        }
    }

    /** Whether the next value is an array or object to go into; {@code null} counts as absent. */
    private static boolean enters(JsonParser parser, String member, Event start) {
        Event event = parser.next();
        if (event == Event.VALUE_NULL) {
            return false;
        }
        if (event != start) {
            throw new InvalidMember(member + " is of another type");
        }
        return true;
    }

    private static Optional<String> string(JsonParser parser, String member) {
        return switch (parser.next()) {
            case VALUE_STRING -> Optional.of(parser.getString());
            case VALUE_NULL -> Optional.empty();
            default -> throw new InvalidMember(member + " is not a string");
        };
    }

    private static OptionalDouble number(JsonParser parser, String member) {
        return switch (parser.next()) {
            case VALUE_NUMBER -> OptionalDouble.of(parser.isIntegralNumber()
                    ? parser.getLong() : parser.getBigDecimal().doubleValue());
            case VALUE_NULL -> OptionalDouble.empty();
            default -> throw new InvalidMember(member + " is not a number");
        };
    }

    /** Not {@code skipObject}: Parsson's never returns where the text ends inside the object. */
    private static void skip(JsonParser parser) {
        int depth = 0;
        do {
            switch (parser.next()) {
                case START_OBJECT, START_ARRAY -> {
                    if (++depth > MAX_DEPTH) {
                        throw new InvalidMember("a member is nested too deeply");
                    }
                }
                case END_OBJECT, END_ARRAY -> depth--;
                default -> { }
            }
        } while (depth > 0);
    }

    private static final class InvalidMember extends RuntimeException {

        private static final long serialVersionUID = 1;

        InvalidMember(String message) {
            super(message, null, false, false);
        }
    }
}

package imagegen.update;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of an update, both ways. Unknown members are skipped, so that a backend may add some; what is known must be
 * of its type. Stateless; any thread.
 */
public final class UpdateCodec {

    private static final int MAX_DEPTH = 64;
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
        } catch (InvalidMember invalid) {
            return new Decoded.Invalid(Decoded.Reason.INVALID_MEMBER, invalid.getMessage());
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
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    /** The members of one message while they are read, in whatever order they come. */
    private final class Message {

        private String requestId;
        private String status = "";
        private Optional<String> text = Optional.empty();
        private Optional<String> user = Optional.empty();
        private OptionalDouble progress = OptionalDouble.empty();
        private boolean provisional;
        private final List<Image> images = new ArrayList<>(1);
        private Optional<String> badImage = Optional.empty();

        void read(JsonParser parser) {
            members(parser, member -> {
                switch (member) {
                    case "request_id" -> requestId = string(parser, member).orElse(null);
                    case "status" -> status = string(parser, member).orElse("");
                    case "message" -> text = string(parser, member);
                    case "payload" -> readPayload(parser);
                    case "provisional" -> provisional = truth(parser);
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
            if (!enters(parser, "payload", JsonToken.START_OBJECT)) {
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
            if (!enters(parser, "images", JsonToken.START_ARRAY)) {
                return;
            }
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
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
                case "ERROR" -> valid(new Failure(id.get(), text, provisional));
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
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            member.read(name);
        }
    }

    /** Whether the next value is an array or object to go into; {@code null} counts as absent. */
    private static boolean enters(JsonParser parser, String member, JsonToken start) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_NULL) {
            return false;
        }
        if (token != start) {
            throw new InvalidMember(member + " is of another type");
        }
        return true;
    }

    private static Optional<String> string(JsonParser parser, String member) {
        return switch (parser.nextToken()) {
            case VALUE_STRING -> Optional.of(parser.getString());
            case VALUE_NULL -> Optional.empty();
            default -> throw new InvalidMember(member + " is not a string");
        };
    }

    private static OptionalDouble number(JsonParser parser, String member) {
        return switch (parser.nextToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> OptionalDouble.of(parser.getDoubleValue());
            case VALUE_NULL -> OptionalDouble.empty();
            default -> throw new InvalidMember(member + " is not a number");
        };
    }

    private static boolean truth(JsonParser parser) {
        var token = parser.nextToken();
        parser.skipChildren();
        return token == JsonToken.VALUE_TRUE;
    }

    private static void skip(JsonParser parser) {
        parser.nextToken();
        parser.skipChildren();
    }

    private static final class InvalidMember extends RuntimeException {

        private static final long serialVersionUID = 1;

        InvalidMember(String message) {
            super(message, null, false, false);
        }
    }
}

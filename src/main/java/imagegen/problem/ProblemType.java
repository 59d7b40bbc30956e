package imagegen.problem;

import java.util.Locale;
import java.util.Optional;

/** The kinds of problem a caller can meet. Names are part of the wire contract: add, never rename. */
public enum ProblemType {
    TOKEN_MISSING(401, "A token is required"),
    TOKEN_INVALID(401, "The token is not valid"),
    TOKEN_EXPIRED(401, "The token has expired"),
    KEYS_UNAVAILABLE(503, "Tokens can't be verified at the moment"),
    FORBIDDEN(403, "Not allowed for this caller"),
    ORIGIN_REFUSED(403, "Requests from this origin are refused"),
    TRANSPORT_SWITCHED_OFF(409, "This transport is switched off"),
    TOO_MANY_STREAMS(429, "Too many open streams"),
    TOO_MANY_REQUESTS(429, "Too many requests"),
    INVALID_PARAMETER(400, "A parameter is not valid"),
    INVALID_BODY(400, "The body is not valid"),
    BODY_TOO_LARGE(413, "The body is too large"),
    BODY_TIMEOUT(408, "The body took too long to arrive"),
    UNKNOWN_REQUEST(404, "No such image request"),
    NOT_FOUND(404, "Nothing is here"),
    METHOD_NOT_ALLOWED(405, "This method is not allowed here"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body's media type is not supported"),
    NOT_ACCEPTABLE(406, "None of the accepted media types can be served"),
    IDEMPOTENCY_CONFLICT(422, "The idempotency key was used for another body"),
    BACKEND_UNAVAILABLE(503, "The image backend can't be reached"),
    BACKEND_TIMEOUT(504, "The image backend did not answer in time"),
    BACKEND_REFUSED(502, "The image backend refused the request"),
    BACKEND_LIMIT(429, "The image backend takes no more from this caller for now"),
    PROMPT_REFUSED(422, "The prompt was refused"),
    DRAINING(503, "This server is shutting down"),
    INTERNAL(500, "Something went wrong on the server");

    static final String PREFIX = "urn:problem-type:image-gen:";

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status that goes with this type, always the same one. */
    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The last part of {@link #uri()}, such as {@code token-expired}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String uri() {
        return PREFIX + slug();
    }

    /** The type that says best what a container or framework meant by a bare status; empty where none does. */
    static Optional<ProblemType> ofStatus(int status) {
        return Optional.ofNullable(switch (status) {
            case 400 -> INVALID_PARAMETER;
            case 401 -> TOKEN_MISSING;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> BODY_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            default -> status >= 500 ? INTERNAL : null;
        });
    }
}

package imagegen.guard;

import java.util.Optional;

/** The requests that may have a body: there are few, and they are small. */
enum ExpectedBody {
    SUBMISSION("/api/image-gen/requests", "application/json", 16 * 1024),
    REPORT("/api/image-gen/telemetry", "application/json", 4 * 1024),
    SIGN_IN("/api/embedded/token", "application/x-www-form-urlencoded", 1024),
    EMBEDDED_SUBMISSION("/v1/image-gen/requests", "application/json", 32 * 1024);

    private final String path;
    private final String mediaType;
    private final int maxBytes;

    ExpectedBody(String path, String mediaType, int maxBytes) {
        this.path = path;
        this.mediaType = mediaType;
        this.maxBytes = maxBytes;
    }

    /** @param path below the context path */
    static Optional<ExpectedBody> of(String method, String path) {
        if (method.equals("POST")) {
            for (ExpectedBody body : values()) {
                if (body.path.equals(path)) {
                    return Optional.of(body);
                }
            }
        }
        return Optional.empty();
    }

    String mediaType() {
        return mediaType;
    }

    /** The largest that is taken. */
    int maxBytes() {
        return maxBytes;
    }

    /** Whether that is this body's media type; parameters, such as a character set, do not matter. */
    boolean is(String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(mediaType);
    }
}

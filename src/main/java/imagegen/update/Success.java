package imagegen.update;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The request is done and these are its images. */
public record Success(RequestId requestId, Optional<String> message, List<Image> images) implements Update {

    public Success {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(message, "message");
        images = List.copyOf(images);
    }

    public static Success of(RequestId requestId, List<Image> images) {
        return new Success(requestId, Optional.empty(), images);
    }
}

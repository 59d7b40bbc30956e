package imagegen.update;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The request is being worked on; superseded by the next update of the same request.
 *
 * @param progress percent done, 0 to 100; empty where the backend doesn't say
 * @param images   previews, usually none
 */
public record Progress(RequestId requestId, Optional<String> message, OptionalDouble progress, List<Image> images)
        implements Update {

    /** @throws IllegalArgumentException if the percentage is out of range */
    public Progress {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(message, "message");
        images = List.copyOf(images);
        if (progress.isPresent() && !(progress.getAsDouble() >= 0 && progress.getAsDouble() <= 100)) {
            throw new IllegalArgumentException("progress is not within 0 and 100");
        }
    }

    /** Progress without words or previews. */
    public static Progress of(RequestId requestId, double percent) {
        return new Progress(requestId, Optional.empty(), OptionalDouble.of(percent), List.of());
    }
}

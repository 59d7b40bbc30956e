package imagegen.sse;

import java.time.Duration;
import java.util.Optional;

/** Why a connection to a server did not come about, or did not last. */
public sealed interface Disruption {

    /** The server ended the stream. An event that had begun by then, {@code truncated}, was discarded. */
    record EndOfStream(boolean truncated) implements Disruption {
    }

    /** The open stream broke: reset, or cut within a chunk. */
    record Broken(Throwable cause) implements Disruption {
    }

    /** There was no answer: refused, unknown host, no TLS, or a request that could not be made. */
    record Unreachable(Throwable cause) implements Disruption {
    }

    /** There was no answer within that time. */
    record OpenTimeout(Duration after) implements Disruption {
    }

    /** Nothing, not even a comment, came for that long. */
    record Silence(Duration after) implements Disruption {
    }

    /** An answer other than 200 and 204, with the {@code Retry-After} it named. */
    record Status(int status, Optional<Duration> retryAfter) implements Disruption {
    }

    /** 204: the server says that there is nothing to be had and nothing to come back for. */
    record NoContent() implements Disruption {
    }

    /** The answer was not {@code text/event-stream}; empty where it had no type at all. */
    record WrongContentType(String contentType) implements Disruption {
    }

    /** The stream came compressed, although it was asked for as it is: what could be read of it would come in lumps. */
    record Encoded(String contentEncoding) implements Disruption {
    }

    /** A redirect that is not followed: too many, nowhere, or away from TLS. */
    record BadRedirect(String why) implements Disruption {
    }
}

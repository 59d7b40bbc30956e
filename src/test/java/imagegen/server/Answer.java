package imagegen.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * By what one knows that an application is there. A failed deployment leaves most servers up, so that only the
 * application's own answer counts.
 *
 * @param expected status
 */
record Answer(URI at, int expected) {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /** The gateway asks who is calling; a server without it answers 404, and before that nothing. */
    static Answer of(URI gateway) {
        return new Answer(gateway.resolve("/api/image-gen/transport"), 401);
    }

    /** @return whether it came, while that process ran and patience lasted */
    boolean awaited(Process process, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() - deadline < 0) {
            if (comes()) {
                return true;
            }
            if (process.waitFor(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return false;
    }

    /** Whether it comes now. */
    boolean comes() {
        try {
            return CLIENT.send(HttpRequest.newBuilder(at).timeout(TIMEOUT).build(), BodyHandlers.discarding())
                    .statusCode() == expected;
        } catch (IOException nobody) {
            return false;
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }
}

package imagegen.sse;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;

/**
 * Open Liberty. To write without blocking, see {@link LibertyOutput}. To drop a client that does not read:
 * {@code complete()} waits until the client has taken what was written.
 */
final class LibertyConnection implements Connection {

    private static final System.Logger LOG = System.getLogger(LibertyConnection.class.getName());

    private final Socket socket;
    private final boolean shared;
    private LibertyOutput output;

    LibertyConnection(ServletRequest request) throws ReflectiveOperationException {
        socket = (Socket) Reach.along(request, "getIRequest", "getRequestSocket");
        shared = request.getProtocol().startsWith("HTTP/2");
    }

    @Override
    public ServletOutputStream output(ServletResponse response) throws IOException {
        output = new LibertyOutput(response.getOutputStream());
        return output;
    }

    @Override
    public void complete(Runnable completion) {
        output.complete(completion);
    }

    /**
     * A write that is under way ends with the socket; on HTTP/2, with the server's {@code writeTimeout}. A response that
     * is no stream is only ended: with the socket, what was written of it would be lost.
     */
    @Override
    public void drop(Runnable completion) {
        if (output == null) {
            completion.run();
            return;
        }
        if (!shared) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, "could not drop a stalled connection", e);
            }
        }
        output.complete(completion);
    }
}

package imagegen.sse;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * What servlets can't ask of the connection under a request. There is a class for each kind of server that needs one,
 * reached by reflection and found by what is there; on any other server there is nothing to reach.
 */
public interface Connection {

    /** Whether the connection (HTTP/1.1) or the stream (HTTP/2) is alive, as far as the server knows. */
    default boolean isOpen() {
        return true;
    }

    /**
     * Ends a response whose client does not read, without waiting for it, and with it what waits in the heap. On HTTP/2
     * the connection is others' as well and stays.
     *
     * @param completion ends the request
     */
    default void drop(Runnable completion) {
        completion.run();
    }

    /** Ends a request in good order: what was written is still sent. */
    default void complete(Runnable completion) {
        completion.run();
    }

    /**
     * The response's output, with the promises of the Servlet specification (5.7) kept if the server does not. To be
     * asked once, before anything is written.
     */
    default ServletOutputStream output(ServletResponse response) throws IOException {
        return response.getOutputStream();
    }

    /**
     * Runs a completion that may come by way of RESTEasy, which would take the request that the calling thread serves,
     * another's, out of that thread's hands ("Unable to find contextual data").
     */
    static void aside(Runnable completion) {
        Thread.ofVirtual().name("end of a response").start(() -> {
            try {
                completion.run();
            } catch (RuntimeException e) {
                System.getLogger(Connection.class.getName()).log(Level.DEBUG, "ended by the container already", e);
            }
        });
    }

    /** A way from a server's request to its connection; throws where the way is not there. */
    @FunctionalInterface
    interface Way {

        Connection from(ServletRequest request) throws ReflectiveOperationException;
    }

    List<Way> WAYS = List.of(GrizzlyConnection::new, UndertowConnection::new, LibertyConnection::new);

    /** To be asked while the request is under way; what it gives may be used later, by any thread. */
    static Connection of(ServletRequest request) {
        ServletRequest at = request;
        while (at instanceof ServletRequestWrapper wrapper) {
            at = wrapper.getRequest();
        }
        for (Way way : WAYS) {
            try {
                return way.from(at);
            } catch (ReflectiveOperationException | RuntimeException e) {
                System.getLogger(Connection.class.getName()).log(Level.DEBUG, "not this server", e);
            }
        }
        return new Connection() {
        };
    }
}

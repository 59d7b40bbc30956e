package imagegen.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** What Java can't send a process by itself. */
public enum Signal {
    /** It hangs: its sockets stay open, and it says nothing. */
    STOP,
    /** It goes on after {@link #STOP}. */
    CONT;

    /** Sends it to the process and to its children. */
    public void to(Process process) {
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).forEach(each -> {
            try {
                new ProcessBuilder("kill", "-" + name(), Long.toString(each.pid())).start().waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }
}
